import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { describeOperation } from '../../operations/operation-sentence.ts'
import { DeviceText } from '../../parts/device-text.tsx'
import { StatusChip } from '../../parts/status-chip.tsx'
import { Time } from '../../parts/time.tsx'
import { usePlatform } from '../../platform/platform.ts'
import { usePolling } from '../../platform/polling.ts'
import { usePermissions } from '../../session/permissions.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import { Card } from './card.tsx'
import styles from './short-list.module.css'

const shownMax = 3

/** What the device is doing for somebody, or will; nothing while it has nothing to do. */
export function RunningOperations({ device: { id } }: DeviceTabProps) {
  const { rest } = usePlatform()
  const operations = useQuery({
    queryKey: ['operations', id, 'running'],
    queryFn: ({ signal }) =>
      rest.get('/devicecontrol/operations', {
        query: {
          deviceId: id,
          status: ['EXECUTING', 'PENDING'],
          pageSize: shownMax,
          withTotalElements: true,
        },
        signal,
      }),
    enabled: usePermissions().may('ROLE_DEVICE_CONTROL_READ'),
    ...usePolling('operations'),
  })
  const running = operations.data?.operations ?? []
  if (running.length === 0) return null
  const total = operations.data?.statistics.totalElements ?? running.length
  return (
    <Card
      title="Operations under way"
      testId="running-operations"
      action={
        <Link to="/devices/$id/{-$tab}" params={{ id, tab: 'operations' }}>
          {total > running.length ? `All ${total.toLocaleString()}` : 'Operations'}
        </Link>
      }
    >
      <ul className={styles.list}>
        {running.map((operation) => (
          <li key={operation.id} className={styles.item}>
            <StatusChip concept="operation" status={operation.status} />
            <span className={styles.words}>
              <DeviceText linesMax={2}>{describeOperation(operation)}</DeviceText>
            </span>
            <span className={styles.time}>
              <Time value={operation.creationTime} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
