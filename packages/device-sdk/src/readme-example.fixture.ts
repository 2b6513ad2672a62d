import { fileCredentialStore, startDevice } from '@pileus/device-sdk'

/** A meter that reports its battery and can be asked for its load profile. */
export async function startMeter(url: string, bootstrapPassword: string): Promise<void> {
  await using meter = await startDevice({
    id: 'meter-8',
    url,
    credentials: fileCredentialStore('meter-8.json'),
    bootstrap: { password: bootstrapPassword },
    name: 'Meter hall 2',
    type: 'acme_Meter',
    children: [{ id: 'meter-8_l1', name: 'Line 1', type: 'acme_Line' }],
    requiredAvailabilityMinutes: 20,
    operations: {
      c8y_Command: ({ values }) => {
        if (values['text'] !== 'show load profile') throw new Error('unknown command')
        return '10 records, all complete'
      },
    },
    onProgress: (progress) => console.log(progress),
    onProblem: ({ code, messageId, text }) => console.error(code, messageId, text),
  })
  await meter.send.createBatteryMeasurement({ level: 64 })
  await meter.child('meter-8_l1').send.createMeasurement({
    fragment: 'acme_Energy',
    series: 'P',
    value: 3.2,
    unit: 'kW',
  })
  await meter.ended
}
