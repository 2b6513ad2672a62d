import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { Changing } from '../parts/changing.tsx'
import { copyText } from '../parts/copy-button.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { Pager } from '../parts/pager.tsx'
import {
  EmptyState,
  ErrorState,
  LoadingSkeleton,
  PageBeyondEnd,
  StaleNotice,
} from '../parts/states.tsx'
import { StatusChip } from '../parts/status-chip.tsx'
import { Time } from '../parts/time.tsx'
import { AcceptDialog } from './accept-dialog.tsx'
import { summarizeClaimants } from './acceptance.ts'
import { ContestedChip } from './contested-chip.tsx'
import { Diary } from './diary.tsx'
import styles from './pending-list.module.css'
import type { Registration, useRegistrations } from './registration-data.ts'
import { registrationsPageSize } from './registration-data.ts'
import { words } from './registration-words.ts'
import { RemoveDialog } from './remove-dialog.tsx'

export interface PendingListProps {
  readonly registrations: ReturnType<typeof useRegistrations>
  readonly page: number
  /** Why the user may only look. */
  readonly missing: string | undefined
  readonly onAdd: () => void
}

type OpenDialog = {
  readonly kind: 'accept' | 'remove'
  readonly registration: Registration
}

/** The open requests, live, with what decides about each (console §4.4). */
export function PendingList({ registrations, page, missing, onAdd }: PendingListProps) {
  const navigate = useNavigate()
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<OpenDialog>()
  const { data, error } = registrations

  if (data === undefined) {
    return error === null ? (
      <LoadingSkeleton rows={6} label="Reading the registration requests" />
    ) : (
      <ErrorState failure={error} onRetry={() => void registrations.refetch()} />
    )
  }

  function toggle(id: string): void {
    const next = new Set(expanded)
    if (!next.delete(id)) next.add(id)
    setExpanded(next)
  }

  const items = data.registrations
  const openPage = (next: number): void =>
    void navigate({ to: '/registration', search: next === 1 ? {} : { page: next } })
  return (
    <div className={styles.list}>
      {error !== null && (
        <StaleNotice
          failure={error}
          asOf={registrations.dataUpdatedAt}
          onRetry={() => void registrations.refetch()}
        />
      )}
      <DataTable
        label="Registration requests"
        testId="registrations"
        items={items}
        idOf={({ id }) => id}
        textOf={({ id }) => id}
        onOpen={({ id }) => toggle(id)}
        expanded={expanded}
        details={(registration) => <Diary registration={registration} />}
        columns={[
          {
            id: 'device',
            header: 'Device',
            isRowHeader: true,
            cell: (registration) => (
              <DeviceCell
                registration={registration}
                isExpanded={expanded.has(registration.id)}
                onToggle={() => toggle(registration.id)}
              />
            ),
          },
          {
            id: 'status',
            header: 'Status',
            cell: ({ status, isContested }) => (
              <Changing value={`${status} ${isContested}`}>
                <span className={styles.chips}>
                  <StatusChip concept="registration" status={status} />
                  {isContested && <ContestedChip />}
                </span>
              </Changing>
            ),
          },
          {
            id: 'address',
            header: 'Address',
            cell: (registration) => <AddressCell registration={registration} />,
          },
          {
            id: 'firstContact',
            header: 'First contact',
            cell: (registration) => {
              const { firstSeen } = summarizeClaimants(registration)
              return firstSeen === undefined ? <None /> : <Time value={firstSeen} />
            },
          },
          {
            id: 'polls',
            header: 'Polls',
            alignsEnd: true,
            cell: (registration) => summarizeClaimants(registration).polls,
          },
          { id: 'token', header: 'Token', cell: describeToken },
          {
            id: 'created',
            header: 'Created',
            cell: ({ creationTime, owner }) => (
              <span className={styles.names}>
                <Time value={creationTime} />
                <span className={styles.name}>by {owner}</span>
              </span>
            ),
          },
          {
            id: 'actions',
            header: 'Actions',
            isHeaderHidden: true,
            alignsEnd: true,
            isPinned: true,
            showsInCard: true,
            cell: (registration) => (
              <RowActions registration={registration} missing={missing} onOpen={setDialog} />
            ),
          },
        ]}
        empty={
          page > 1 ? (
            <PageBeyondEnd onFirst={() => openPage(1)} />
          ) : (
            <EmptyState
              icon="registration"
              title={words.emptyTitle}
              action={
                <Button look="primary" icon="plus" unavailable={missing} onPress={onAdd}>
                  {words.register}
                </Button>
              }
            >
              {words.emptyText}
            </EmptyState>
          )
        }
      />
      <Pager
        page={page}
        pageSize={registrationsPageSize}
        items={items.length}
        total={data.statistics.totalElements}
        onPage={openPage}
      />
      {dialog?.kind === 'accept' && (
        <AcceptDialog registration={dialog.registration} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'remove' && (
        <RemoveDialog registration={dialog.registration} onClose={() => setDialog(undefined)} />
      )}
    </div>
  )
}

function DeviceCell({
  registration: { id, name, type },
  isExpanded,
  onToggle,
}: {
  readonly registration: Registration
  readonly isExpanded: boolean
  readonly onToggle: () => void
}) {
  return (
    <span className={styles.device}>
      <Button
        look="quiet"
        isSmall
        isIconOnly
        icon={isExpanded ? 'chevronDown' : 'chevronRight'}
        aria-expanded={isExpanded}
        aria-label={`Diary of ${id}`}
        onPress={onToggle}
        data-testid="toggle-diary"
      />
      <span className={styles.names}>
        <code className={styles.id}>{id}</code>
        {(name !== undefined || type !== undefined) && (
          <span className={styles.name}>{[name, type].filter(Boolean).join(' · ')}</span>
        )}
      </span>
    </span>
  )
}

function AddressCell({ registration }: { readonly registration: Registration }) {
  const { address } = summarizeClaimants(registration)
  if (address === undefined) return <None />
  const others = registration.claimants.length - 1
  return (
    <span className={styles.names}>
      <code className={styles.address}>{address}</code>
      {registration.isContested && others > 0 && (
        <span className={styles.name}>and {others} other</span>
      )}
    </span>
  )
}

/** Nothing there, also for those who hear it. */
function None() {
  return (
    <span className={styles.none}>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">none</span>
    </span>
  )
}

function describeToken({ tokenPolicy, tokenPresented }: Registration): string {
  if (tokenPolicy === 'IGNORED') return 'Ignored'
  if (tokenPresented) return 'Sent'
  return tokenPolicy === 'REQUIRED' ? 'Required, none sent' : 'None'
}

function RowActions({
  registration,
  missing,
  onOpen,
}: {
  readonly registration: Registration
  readonly missing: string | undefined
  readonly onOpen: (dialog: OpenDialog) => void
}) {
  const { id, status } = registration
  return (
    <span className={styles.actions}>
      {status === 'PENDING_ACCEPTANCE' && (
        <Button
          look="primary"
          isSmall
          unavailable={missing}
          onPress={() => onOpen({ kind: 'accept', registration })}
          aria-label={`Accept ${id}`}
          data-testid="accept"
        >
          Accept
        </Button>
      )}
      {status === 'BLOCKED' && (
        <Button
          isSmall
          unavailable={missing}
          onPress={() => onOpen({ kind: 'accept', registration })}
          aria-label={`Resolve ${id}`}
          data-testid="resolve"
        >
          Resolve
        </Button>
      )}
      <Menu
        label={`Actions for ${id}`}
        button={
          <Button
            look="quiet"
            isSmall
            isIconOnly
            icon="more"
            aria-label={`More actions for ${id}`}
            data-testid="row-menu"
          />
        }
      >
        <MenuItem
          id="copy"
          icon="copy"
          onAction={() => {
            void copyText(id).then((isDone) => announce(isDone ? 'Copied.' : 'Not allowed.'))
          }}
        >
          Copy id
        </MenuItem>
        {missing === undefined ? (
          <MenuItem
            id="remove"
            icon="trash"
            isDangerous
            onAction={() => onOpen({ kind: 'remove', registration })}
            data-testid="remove"
          >
            {status === 'PENDING_ACCEPTANCE' ? 'Reject' : 'Delete'}
          </MenuItem>
        ) : null}
      </Menu>
    </span>
  )
}
