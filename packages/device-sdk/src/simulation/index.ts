export {
  type SimulatedDevice,
  type SimulationClock,
  type SimulationOptions,
  simulateDevice,
} from './simulate-device.ts'
