export type { BackOff } from './back-off.ts'
export {
  type CredentialStore,
  type DeviceCredentials,
  memoryCredentialStore,
} from './credentials.ts'
export type { Device, DeviceAddress } from './device.ts'
export { DeviceError, type DeviceErrorCode } from './device-error.ts'
export {
  type Bootstrap,
  type ChildDevice,
  type DeviceLimits,
  type DeviceOptions,
  defaultLimits,
  type StartProgress,
} from './device-options.ts'
export { fileCredentialStore } from './file-credential-store.ts'
export {
  type DeviceSession,
  isConnectionLost,
  openSession,
  type SessionOptions,
  type SessionOutcome,
} from './open-session.ts'
export {
  type DeviceOperation,
  type OperationContext,
  type OperationHandler,
  type OperationHandlers,
  type OperationOutcome,
  stillExecuting,
} from './operation.ts'
export { requestRow } from './request-row.ts'
export { parseRowProblems, type RowProblemReport } from './row-problem-report.ts'
export type { Instant, Send } from './send.ts'
export { startDevice } from './start-device.ts'
