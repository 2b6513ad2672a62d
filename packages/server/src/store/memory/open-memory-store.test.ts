import { storeContract } from '@pileus/testing'
import { openMemoryStore } from './open-memory-store.ts'

storeContract('memory', (onCommitted) => openMemoryStore({ onCommitted }))
