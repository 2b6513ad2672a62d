import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { FailureNotice } from '../parts/confirm-dialog.tsx'
import { Dialog, DialogActions, DialogBody } from '../parts/dialog.tsx'
import { TextField } from '../parts/text-field.tsx'
import { showToast } from '../parts/toasts.tsx'
import { usePlatform } from '../platform/platform.ts'

export interface RenameDeviceProps {
  readonly device: ManagedObjectRepresentation
  readonly onClose: () => void
}

const nameMax = 250

export function RenameDevice({ device: { id, name }, onClose }: RenameDeviceProps) {
  const { rest } = usePlatform()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState(typeof name === 'string' ? name : '')
  const [isSubmitted, setIsSubmitted] = useState(false)
  const wanted = typed.trim()
  const rename = useMutation({
    mutationFn: () =>
      rest.put('/inventory/managedObjects/{id}', { path: { id }, body: { name: wanted } }),
    onSuccess: async () => {
      showToast(`The device is now called ${wanted}.`)
      onClose()
      await Promise.all(
        [['device', id], ['devices'], ['ancestors']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      )
    },
  })

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    setIsSubmitted(true)
    if (wanted === name) onClose()
    else if (wanted !== '' && !rename.isPending) rename.mutate()
  }

  return (
    <Dialog title="Rename device" isOpen onClose={onClose} testId="rename-dialog">
      <form onSubmit={onSubmit}>
        <DialogBody>
          <TextField
            label="Name"
            hint="For people only: the device keeps its id, and never renames itself."
            value={typed}
            onChange={setTyped}
            maxLength={nameMax}
            autoComplete="off"
            autoFocus
            problem={isSubmitted && wanted === '' ? 'Give the device a name.' : undefined}
            data-testid="device-name"
          />
          {rename.error !== null && <FailureNotice failure={rename.error} />}
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            isPending={rename.isPending}
            data-testid="rename-submit"
          >
            Rename
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
