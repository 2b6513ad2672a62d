import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { ForbiddenState } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { describeMissingPermission, usePermissions } from '../session/permissions.ts'
import { Page } from '../shell/page.tsx'
import { useShortcut } from '../shell/shortcuts.tsx'
import { AcceptAllDialog } from './accept-all-dialog.tsx'
import { AddDevices } from './add-devices.tsx'
import { PendingList } from './pending-list.tsx'
import type { Registration } from './registration-data.ts'
import { useRegistrationLimit, useRegistrations } from './registration-data.ts'
import { describeNews } from './registration-news.ts'
import { words } from './registration-words.ts'

export function RegistrationPage() {
  const { may } = usePermissions()
  if (!may('ROLE_DEVICE_CONTROL_READ')) {
    return (
      <Page title={words.title}>
        <ForbiddenState explanation={describeMissingPermission(['ROLE_DEVICE_CONTROL_READ'])} />
      </Page>
    )
  }
  return <Registrations />
}

const route = getRouteApi('/registration')

function Registrations() {
  const { tab = 'pending', page = 1, externalId } = route.useSearch()
  const navigate = useNavigate()
  const registrations = useRegistrations(page)
  const limit = useRegistrationLimit()
  const [isAcceptingAll, setIsAcceptingAll] = useState(false)
  const { may } = usePermissions()
  const items = registrations.data?.registrations
  useNews(items, registrations.data?.statistics.totalElements)

  const missing = may('ROLE_DEVICE_CONTROL_ADMIN')
    ? undefined
    : describeMissingPermission(['ROLE_DEVICE_CONTROL_ADMIN'])
  const isLimitReached = limit.data?.isReached === true
  const pending = items?.filter(({ status }) => status === 'PENDING_ACCEPTANCE').length ?? 0
  const nothingToAccept = items === undefined ? words.notRead : words.nothingToAccept
  const openTab = (next: string): void => {
    void navigate({ to: '/registration', search: next === 'single' ? { tab: 'single' } : {} })
  }
  const [formCalls, setFormCalls] = useState(0)
  const openForm = (): void => {
    openTab('single')
    setFormCalls(formCalls + 1)
  }
  useShortcut({ keys: 'n', words: words.register, run: openForm })

  return (
    <Page
      title={words.title}
      summary={words.summary}
      action={
        <>
          <Button
            icon="check"
            unavailable={missing ?? (pending === 0 ? nothingToAccept : undefined)}
            onPress={() => setIsAcceptingAll(true)}
            data-testid="accept-all"
          >
            {words.acceptAll}
          </Button>
          <Button
            look={tab === 'single' ? 'secondary' : 'primary'}
            icon="plus"
            unavailable={missing}
            onPress={openForm}
            data-testid="register-devices"
          >
            {words.register}
          </Button>
        </>
      }
    >
      {isLimitReached && (
        <Notice tone="minor" testId="limit-reached">
          {words.limitReached(limit.data?.limit ?? 0)}
        </Notice>
      )}
      <Tabs
        label={words.title}
        selected={tab}
        onSelect={(next) => {
          setFormCalls(0)
          openTab(next)
        }}
        tabs={[
          {
            id: 'pending',
            label: words.pendingTab,
            ...(pending === 0 ? {} : { badge: pending }),
            content: () => (
              <PendingList
                registrations={registrations}
                page={page}
                missing={missing}
                onAdd={openForm}
              />
            ),
          },
          {
            id: 'single',
            label: words.singleTab,
            content: () => (
              <AddDevices
                prefilledId={externalId}
                calls={formCalls}
                openIds={new Set(items?.map(({ id }) => id))}
                unavailable={missing ?? (isLimitReached ? words.limitReason : undefined)}
              />
            ),
          },
        ]}
      />
      {isAcceptingAll && <AcceptAllDialog onClose={() => setIsAcceptingAll(false)} />}
    </Page>
  )
}

/** Tells assistive technology what changed since the list was read before. */
function useNews(items: readonly Registration[] | undefined, total: number | undefined): void {
  const last = useRef<{ readonly items: readonly Registration[]; readonly isComplete: boolean }>(
    undefined,
  )
  useEffect(() => {
    if (items === undefined) return
    const isComplete = total === items.length
    const before = last.current
    last.current = { items, isComplete }
    if (before === undefined) return
    for (const text of describeNews(before.items, items, isComplete && before.isComplete)) {
      announce(text)
    }
  }, [items, total])
}
