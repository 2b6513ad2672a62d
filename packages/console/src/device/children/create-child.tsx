import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { FailureNotice } from '../../parts/confirm-dialog.tsx'
import { Dialog, DialogActions, DialogBody } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { showToast } from '../../parts/toasts.tsx'
import { findDeviceIdProblem } from '../../registration/device-id.ts'
import { useExternalIds } from '../device-data.ts'
import { ExternalIdTaken, useCreateChild } from './children-data.ts'

export interface CreateChildProps {
  readonly parent: ManagedObjectRepresentation
  readonly onClose: () => void
}

/** A child that the device has not announced itself, or not yet. */
export function CreateChild({ parent, onClose }: CreateChildProps) {
  const serial = useExternalIds(parent.id).data?.externalIds.find(
    ({ type }) => type === 'c8y_Serial',
  )?.externalId
  const [name, setName] = useState('')
  const [type, setType] = useState('')
  // All devices of a tenant share one name space (mqtt-endpoint §3).
  const [externalId, setExternalId] = useState(serial === undefined ? '' : `${serial}_`)
  const [isSubmitted, setIsSubmitted] = useState(false)
  const create = useCreateChild(parent.id)
  const isTaken =
    create.error instanceof ExternalIdTaken && create.error.message === externalId.trim()
  const idProblem =
    findDeviceIdProblem(externalId.trim()) ??
    (isTaken ? 'Another device has this external id.' : undefined)
  const nameProblem = name.trim() === '' ? 'Give the child device a name.' : undefined

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    setIsSubmitted(true)
    if (nameProblem !== undefined || findDeviceIdProblem(externalId.trim()) !== undefined) return
    if (create.isPending) return
    create.mutate(
      { name: name.trim(), type: type.trim(), externalId: externalId.trim() },
      {
        onSuccess: () => {
          showToast(`${name.trim()} is a child device now.`)
          onClose()
        },
      },
    )
  }

  return (
    <Dialog title="Create child device" isOpen onClose={onClose} testId="create-child-dialog">
      <form onSubmit={onSubmit}>
        <DialogBody>
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            maxLength={250}
            autoComplete="off"
            autoFocus
            problem={isSubmitted ? nameProblem : undefined}
            data-testid="child-name"
          />
          <TextField
            label="External id"
            hint="The agent puts it behind the topic: s/us/<external id>."
            isCode
            value={externalId}
            onChange={setExternalId}
            autoComplete="off"
            spellCheck="false"
            problem={isSubmitted ? idProblem : undefined}
            data-testid="child-external-id"
          />
          <TextField
            label="Type (optional)"
            placeholder="acme_Sensor"
            value={type}
            onChange={setType}
            maxLength={250}
            autoComplete="off"
            data-testid="child-type"
          />
          {create.error !== null && !isTaken && <FailureNotice failure={create.error} />}
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            isPending={create.isPending}
            data-testid="create-child-submit"
          >
            Create child device
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
