/** What the page says; `registration-page.tsx` and its parts say where. */
export const words = {
  title: 'Device registration',
  summary: 'Bring devices in: announce their ids, see them ask, and decide who gets credentials.',
  pendingTab: 'Pending',
  singleTab: 'Single',
  acceptAll: 'Accept all',
  notRead: 'The requests could not be read yet.',
  nothingToAccept: 'No device waits for acceptance.',
  register: 'Register devices',

  emptyTitle: 'No device is expected',
  emptyText:
    'A device gets credentials only if its id was announced here before. Announce one, let the device connect, and accept it.',

  limitReached: (limit: number) =>
    `The limit of ${limit} devices of this tenant is reached. Delete devices that are no longer used, or raise the limit.`,
  limitReason: 'The limit of devices of this tenant is reached.',

  oneTimePassword:
    'The link carried a one-time password for certificate enrolment, which this platform does not offer yet. It was discarded; the device can be registered with user and password.',

  newsPending: (id: string) => `${id} waits for acceptance.`,
  newsAccepted: (id: string) => `${id} was accepted.`,
  newsBlocked: (id: string) => `${id} is blocked.`,
  newsContested: (id: string) => `Two addresses ask for ${id}.`,
  newsRegistered: (id: string) => `${id} is registered.`,
  newsRemoved: (id: string) => `The request of ${id} is over.`,

  requestOver:
    'The request is over: the device has fetched its credentials and logged in, or somebody deleted the request, or it has expired.',
  alreadyAccepted:
    'This device was accepted a moment ago, by you in another window or by a colleague. It gets its credentials with its next request; there is nothing left to do.',

  acceptedTitle: (id: string) => `${id} is accepted`,
  blockedTitle: (id: string) => `${id} is blocked`,
  acceptTitle: (id: string) => `Accept ${id}`,
  acceptEffect:
    'The platform creates the user of this device and hands its credentials to the address below, once.',
  tokenHint: 'As the device, its display or its packing shows it.',
  tokenNotNeeded: 'The device sent no security token, and none is needed.',
  tokenIgnored: 'Security tokens are not looked at in this tenant.',
  tokenMissing:
    'This tenant requires a security token, and the device has not sent one yet. It can be accepted as soon as it asks with a token.',
  wrongToken: (attemptsLeft: number) =>
    attemptsLeft === 1
      ? 'The token is not the one that the device sent. One attempt remains, then the request is blocked.'
      : `The token is not the one that the device sent. ${attemptsLeft} attempts remain, then the request is blocked.`,
  blocked:
    'Too many wrong tokens: the request is blocked and cannot be accepted any more. Delete it and register the device again; it can then ask anew.',
  contestedTitle: 'Two addresses ask for this id.',
  contestedText: (address: string) =>
    `One of them may be an intruder who guessed the id. Whoever asks last receives the credentials: now ${address}.`,
  contestedToken:
    'The matching token proves which one is yours; the credentials go to who repeats it.',
  waiting: 'The device has not asked yet. It can be accepted as soon as it does.',

  acceptAnyway: 'Accept anyway',
  acceptAnywayTitle: (id: string) => `Accept ${id} without proof`,
  acceptAnywayContested: (address: string) =>
    `Two addresses ask for this id and no token tells them apart. The credentials of the device go to ${address}, which asked last. If that is not your device, somebody else will speak in its name.`,
  acceptAnywayOther: (address: string) =>
    `The platform refused for the reason above. Accepted anyway, the credentials go to ${address}, and what belongs to this id now belongs to this device.`,

  deleteTitle: (id: string) => `Delete the request of ${id}`,
  rejectTitle: (id: string) => `Reject ${id}`,
  deleteEffect:
    'The request disappears. The device gets no credentials unless it is registered again.',
  rejectEffect:
    'The request disappears and the device gets no credentials. It is not told; it may go on asking without being heard.',
  deletedToast: (id: string) => `The request of ${id} was deleted.`,
  rejectedToast: (id: string) => `${id} was rejected.`,
  acceptedToast: (id: string) => `${id} was accepted.`,
  recreatedToast: (id: string) => `${id} was registered again.`,

  diaryTitle: 'Requests of the device, newest first',
  diaryEmpty: 'The device has not asked yet.',
  diaryLimit: 'The last 50.',

  formIntro:
    'One row a device. Paste a list into an id to get one row for each line. Name and type are used if the device gives none itself.',
  pastedCut: (max: number) => `Only the first ${max} ids of the pasted list were taken.`,
  followTitle: 'On their way',
  followOver:
    'The request has ended before the device was seen: it was deleted, has expired, or the device is about to send its first row.',
  followBlocked: 'Blocked after too many wrong tokens. Delete the request and register again.',
  followHints: 'Nothing has happened for a while. What to look at:',
} as const
