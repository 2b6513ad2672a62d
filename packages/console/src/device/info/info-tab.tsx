import { CopyButton } from '../../parts/copy-button.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Time } from '../../parts/time.tsx'
import { useExternalIds } from '../device-data.ts'
import { deviceName } from '../device-name.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import { AllProperties } from './all-properties.tsx'
import { Card } from './card.tsx'
import { findPosition, formatPosition, listDeviceFacts } from './device-facts.ts'
import styles from './info-tab.module.css'
import { KeyDataPoints } from './key-data-points.tsx'
import { OpenAlarms } from './open-alarms.tsx'
import { RunningOperations } from './running-operations.tsx'

/** What the device is, and how it does (console §5.1). */
export function InfoTab({ device }: DeviceTabProps) {
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <KeyDataPoints device={device} />
        <OpenAlarms device={device} />
        <RunningOperations device={device} />
      </div>
      <div className={styles.side}>
        <DeviceData device={device} />
        <ExternalIds device={device} />
        <PositionCard device={device} />
        <Groups device={device} />
        <Notes device={device} />
      </div>
      <div className={styles.rest}>
        <AllProperties device={device} />
      </div>
    </div>
  )
}

function DeviceData({ device }: DeviceTabProps) {
  const facts = listDeviceFacts(device).map(({ name, values, isCode = false }) => ({
    name,
    value:
      values.length === 1 ? (
        <DeviceText isCode={isCode}>{values[0] ?? ''}</DeviceText>
      ) : (
        <ul className={styles.values}>
          {values.map((value, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a device may name one twice
            <li key={index} className={styles.value}>
              <DeviceText isCode={isCode}>{value}</DeviceText>
            </li>
          ))}
        </ul>
      ),
  }))
  return (
    <Card title="Device data" testId="device-data">
      <Facts
        facts={[
          ...facts,
          { name: 'Registered', value: <Time value={device.creationTime} /> },
          { name: 'Last change', value: <Time value={device.lastUpdated} /> },
        ]}
      />
    </Card>
  )
}

function ExternalIds({ device: { id } }: DeviceTabProps) {
  const externalIds = useExternalIds(id).data?.externalIds ?? []
  if (externalIds.length === 0) return null
  // A device may have several of one type.
  const byType = Map.groupBy(externalIds, ({ type }) => type)
  return (
    <Card title="External ids" testId="external-ids">
      <Facts
        facts={[...byType].map(([type, ofType]) => ({
          name: type,
          value: ofType.map(({ externalId }) => (
            <div key={externalId} className={styles.copied}>
              <DeviceText isCode>{externalId}</DeviceText>
              <CopyButton
                isSmall
                isIconOnly
                label={`Copy ${type} ${externalId}`}
                text={() => externalId}
              />
            </div>
          )),
        }))}
      />
    </Card>
  )
}

function PositionCard({ device }: DeviceTabProps) {
  const position = findPosition(device)
  if (position === undefined) return null
  const words = formatPosition(position)
  return (
    <Card title="Position" testId="position">
      <Facts
        facts={[
          {
            name: 'Latitude, longitude',
            value: (
              <span className={styles.copied}>
                <code>{words}</code>
                <CopyButton isSmall isIconOnly label="Copy coordinates" text={() => words} />
              </span>
            ),
          },
          ...(position.alt === undefined
            ? []
            : [{ name: 'Altitude', value: `${position.alt.toLocaleString()} m` }]),
        ]}
      />
    </Card>
  )
}

function Groups({ device: { assetParents } }: DeviceTabProps) {
  if (assetParents.references.length === 0) return null
  return (
    <Card title="Groups" testId="groups">
      <ul className={styles.values}>
        {assetParents.references.map(({ managedObject }) => (
          <li key={managedObject.id} className={styles.value}>
            <DeviceText>{deviceName(managedObject)}</DeviceText>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Notes({ device: { c8y_Notes: notes } }: DeviceTabProps) {
  if (typeof notes !== 'string' || notes.trim() === '') return null
  return (
    <Card title="Notes" testId="notes">
      <p className={styles.notes}>
        <DeviceText>{notes}</DeviceText>
      </p>
    </Card>
  )
}
