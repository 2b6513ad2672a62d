/**
 * Why a device could not do what it was asked to. Which of them can be repeated is up to the caller:
 * nothing of what is refused here has been sent.
 *
 * - `noCredentials`: the store holds none and no bootstrap was given to ask for them
 * - `credentialsRefused`: the server refused the login again and again (CONNACK 4 or 5)
 * - `clientIdRefused`: the server refuses this device identifier or protocol level (CONNACK 1 or 2)
 * - `subscriptionRefused`: the server refuses a topic without which the device cannot work
 * - `queueFull`: too much waits to be acknowledged
 * - `messageTooLarge`: a row does not fit into one message
 * - `valueRefused`: a value is not what the template asks for
 * - `noReply`: the connection ended, or too much time passed, before the answer to a question came
 * - `unsafeCredentials`: others can read the file with the credentials, or it holds something else
 * - `closed`: the device has been closed, or has ended with another of these errors (`cause`)
 */
export type DeviceErrorCode =
  | 'noCredentials'
  | 'credentialsRefused'
  | 'clientIdRefused'
  | 'subscriptionRefused'
  | 'queueFull'
  | 'messageTooLarge'
  | 'valueRefused'
  | 'noReply'
  | 'unsafeCredentials'
  | 'closed'

export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  readonly code: DeviceErrorCode

  constructor(code: DeviceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
