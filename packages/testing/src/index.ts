export { ByteScript, bytes, openByteScript, openWebSocketByteScript } from './byte-script.ts'
export * from './manual-clock.ts'
export * from './store.contract.ts'
export * from './store-samples.ts'
