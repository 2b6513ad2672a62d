export { ByteScript, bytes, openByteScript, openWebSocketByteScript } from './byte-script.ts'
