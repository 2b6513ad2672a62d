import type { Registration } from './registration-data.ts'

/** A request as the list shows it; `changed` says what is special about it. */
export function aRegistration(changed: Partial<Registration> = {}): Registration {
  return {
    id: 'SN-4471',
    self: 'http://host/devicecontrol/newDeviceRequests/SN-4471',
    status: 'PENDING_ACCEPTANCE',
    tenantId: 't100',
    owner: 'mira',
    creationTime: '2031-02-11T07:00:00.000Z',
    customProperties: {},
    statusSince: '2031-02-11T07:00:05.000Z',
    tokenPolicy: 'OPTIONAL',
    tokenPresented: false,
    wrongTokens: 0,
    tokenAttemptsLeft: 5,
    isContested: false,
    claimants: [claimant('192.0.2.1', '2031-02-11T07:00:05.000Z', 3)],
    ...changed,
  }
}

export function claimant(address: string, firstSeen: string, polls: number) {
  return { address, firstSeen, lastSeen: firstSeen, polls }
}
