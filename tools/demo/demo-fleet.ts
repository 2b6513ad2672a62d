/** A cold room that is simulated, with what its installer told the platform about it. */
export interface DemoRoom {
  readonly id: string
  readonly name: string
  readonly sensorCount: number
  readonly seed: number
  readonly firmwareVersion: string
}

/** The rooms of a wholesale market. */
export const demoRooms: readonly DemoRoom[] = [
  room('cold-01', 'Dairy', 3, '2.4.1'),
  room('cold-02', 'Fruit and vegetables', 4, '2.4.1'),
  room('cold-03', 'Meat', 3, '2.3.0'),
  room('cold-04', 'Fish', 2, '2.4.1'),
  room('cold-05', 'Flowers', 2, '2.4.1'),
  room('cold-06', 'Bakery', 2, '2.2.7'),
  room('cold-07', 'Pharmacy', 4, '2.4.1'),
  room('cold-08', 'Loading bay', 1, '2.4.0'),
]

function room(id: string, name: string, sensorCount: number, firmwareVersion: string): DemoRoom {
  return { id, name: `Cold room ${name}`, sensorCount, seed: Number(id.slice(-2)), firmwareVersion }
}

/** What reaches the market and leaves it. One drives around, the other is parked and silent. */
export const demoVans = {
  driving: { id: 'van-12', name: 'Delivery van 12' },
  parked: { id: 'van-17', name: 'Delivery van 17' },
} as const

/** Around the market hall, in degrees. */
export const market = { lat: 51.2277, lng: 6.7735 } as const

/** What the monitoring of the building has noticed at one of the rooms. */
export const demoAlarm = {
  roomId: 'cold-03',
  type: 'rimeguard_CompressorStopped',
  severity: 'CRITICAL',
  text: 'The compressor has stopped',
} as const

/** Registrations that an operator still has to look at, one for each thing that can be seen there. */
export const demoRegistrations = {
  waiting: ['cold-09', 'cold-10'],
  pending: 'cold-11',
  withToken: { id: 'van-21', token: 'blue-heron-4711' },
  /** Asked for from two addresses. */
  contested: 'scale-03',
  /** An operator has tried five wrong tokens. */
  blocked: { id: 'scale-02', token: 'green-otter-0815' },
} as const
