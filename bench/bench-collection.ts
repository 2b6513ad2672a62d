/** Of the 60 request templates of {@link benchCollection}, those that store a measurement. */
export const measurementTemplates = 30
const otherRequestTemplates = 30
const responseTemplates = 40

/** A device protocol of realistic size. Its measurements are those of the static row 200. */
export const benchCollection = {
  xId: 'benchProto',
  fragment: {
    requestTemplates: [
      ...numbered(measurementTemplates, (index) => ({
        msgId: `m${index}`,
        method: 'POST',
        api: 'MEASUREMENT',
        mandatoryValues: [constant('$.type', 'bench_Meter'), given('$.time', 'DATE')],
        customValues: [
          given(`bench_Meter.L${index}.value`, 'NUMBER'),
          constant(`bench_Meter.L${index}.unit`, 'W'),
        ],
      })),
      ...numbered(otherRequestTemplates, (index) => ({
        msgId: `e${index}`,
        method: 'POST',
        api: 'EVENT',
        mandatoryValues: [constant('$.type', `bench_Event${index}`)],
        customValues: [given('bench_Event.no', 'INTEGER'), given('bench_Event.note', 'STRING')],
      })),
    ],
    responseTemplates: numbered(responseTemplates, (index) => ({
      msgId: `r${index}`,
      base: `bench_Command${index}`,
      condition: `bench_Command${index}`,
      pattern: ['mode', 'limits[0].max', 'limits[*].name'],
    })),
  },
}

function numbered<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function constant(path: string, value: string) {
  return { path, type: 'STRING', value }
}

function given(path: string, type: string) {
  return { path, type, value: '' }
}
