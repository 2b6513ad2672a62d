import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../parts/dialog.tsx'
import { usePlatform } from '../platform/platform.ts'
import { PasswordField } from './password-field.tsx'
import type { Identity } from './session-keeper.ts'
import { describeSignInFailure } from './sign-in-words.ts'

/** Above the page when the platform no longer takes the credentials; the page stays as it is. */
export function SignInOverlay({ identity }: { readonly identity: Identity }) {
  const { session } = usePlatform()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isPending, setIsPending] = useState(false)

  async function renew(): Promise<void> {
    setIsPending(true)
    setProblem(undefined)
    try {
      await session.renew(password)
    } catch (error) {
      setProblem(describeSignInFailure(error))
      setIsPending(false)
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (password !== '' && !isPending) void renew()
  }

  return (
    <Dialog title="Sign in again" isOpen role="alertdialog" testId="sign-in-overlay">
      <form onSubmit={onSubmit}>
        <DialogBody>
          <p>
            The platform no longer accepts the credentials of{' '}
            <code>
              {identity.tenantId}/{identity.userName}
            </code>
            . The page below is kept and goes on from where it was.
          </p>
          <PasswordField
            value={password}
            onChange={setPassword}
            problem={problem}
            hasFocus
            testId="renew-password"
          />
        </DialogBody>
        <DialogActions>
          <Button onPress={session.signOut} data-testid="renew-sign-out">
            Sign out
          </Button>
          <Button
            type="submit"
            look="primary"
            isPending={isPending}
            isDisabled={password === ''}
            data-testid="renew-submit"
          >
            Sign in
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
