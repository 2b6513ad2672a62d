import { useState } from 'react'
import { useIdentity } from '../session/permissions.ts'
import type { CommandHistory } from './command-history.ts'
import { historyKey, readHistory, rememberCommand, storeHistory } from './command-history.ts'

/** The commands that this user has sent to the device from this browser. */
export function useCommandHistory(deviceId: string): {
  readonly history: CommandHistory
  readonly remember: (command: string) => void
  readonly forget: () => void
} {
  const { tenantId, userName } = useIdentity()
  const key = historyKey({ tenantId, userName, deviceId })
  const [history, setHistory] = useState(() => readHistory(key))
  return {
    history,
    remember: (command) => {
      const next = rememberCommand(history, command)
      setHistory(next)
      storeHistory(key, next)
    },
    forget: () => {
      setHistory([])
      storeHistory(key, undefined)
    },
  }
}
