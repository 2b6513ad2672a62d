import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { quoteForShell } from '../parts/copy-formats.ts'
import { showToast } from '../parts/toasts.tsx'
import type { Registration } from './registration-data.ts'
import { useRegistrationActions } from './registration-data.ts'
import { words } from './registration-words.ts'

export interface RemoveDialogProps {
  readonly registration: Registration
  readonly onClose: () => void
}

/** Rejects a device that asks, or gives up the request of one that does not (any more). */
export function RemoveDialog({ registration: { id, status }, onClose }: RemoveDialogProps) {
  const { remove } = useRegistrationActions()
  const isRejection = status === 'PENDING_ACCEPTANCE'
  return (
    <ConfirmDialog
      title={isRejection ? words.rejectTitle(id) : words.deleteTitle(id)}
      confirmLabel={isRejection ? 'Reject device' : 'Delete request'}
      isDestructive
      level={1}
      onConfirm={async () => {
        await remove.mutateAsync(id)
        showToast(isRejection ? words.rejectedToast(id) : words.deletedToast(id))
      }}
      onClose={onClose}
      copyAs={
        <CopyAs
          request={{
            method: 'DELETE',
            path: `/devicecontrol/newDeviceRequests/${encodeURIComponent(id)}`,
          }}
          command={`npx pileus registration reject ${quoteForShell(id)}`}
          id={id}
        />
      }
    >
      <p>{isRejection ? words.rejectEffect : words.deleteEffect}</p>
    </ConfirmDialog>
  )
}
