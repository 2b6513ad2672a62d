import { metricRows } from '@pileus/server/src/telemetry/metric-rows.ts'
import { code, codes, page, plain, table } from './markdown.ts'

export function metricsPage(): string {
  return page(
    'Metrics',
    'packages/server/src/telemetry/metric-rows.ts',
    'Answered by `GET /metrics` in the Prometheus text format, beside those of the process and of Node.js (`platform_process_…`, `platform_nodejs_…`).',
    table(
      ['Name', 'Type', 'Labels', 'Meaning'],
      Object.values(metricRows).map(({ name, type, labels, help }) => [
        code(`platform_${name}`),
        type,
        codes(labels),
        plain(help),
      ]),
    ),
  )
}
