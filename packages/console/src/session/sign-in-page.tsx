import type { FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { usePlatform } from '../platform/platform.ts'
import { Mark } from '../shell/mark.tsx'
import { PasswordField } from './password-field.tsx'
import styles from './sign-in-page.module.css'
import { describeSignInFailure } from './sign-in-words.ts'

/** Shown at every address while nobody is signed in; the address stays (console §2.3). */
export function SignInPage() {
  const { session } = usePlatform()
  const [tenantId, setTenantId] = useState('')
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isPending, setIsPending] = useState(false)
  const passwordInput = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = 'Sign in · Pileus'
  }, [])

  async function signIn(): Promise<void> {
    setIsPending(true)
    setProblem(undefined)
    try {
      await session.signIn({ tenantId: tenantId.trim(), userName: userName.trim(), password })
    } catch (error) {
      setProblem(describeSignInFailure(error))
      setIsPending(false)
      passwordInput.current?.select()
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (!isPending) void signIn()
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={onSubmit} aria-labelledby="sign-in-title">
        <div className={styles.head}>
          <Mark size={40} />
          <h1 id="sign-in-title">Sign in to Pileus</h1>
          <p className={styles.host}>{location.host}</p>
        </div>
        {problem !== undefined && (
          <Notice tone="critical" role="alert" testId="sign-in-problem">
            {problem}
          </Notice>
        )}
        <TextField
          label="Tenant"
          hint="Empty for the first tenant of this platform."
          value={tenantId}
          onChange={setTenantId}
          autoComplete="organization"
          spellCheck="false"
          data-testid="sign-in-tenant"
        />
        <TextField
          label="User"
          value={userName}
          onChange={setUserName}
          isRequired
          autoFocus
          autoComplete="username"
          spellCheck="false"
          data-testid="sign-in-user"
        />
        <PasswordField
          value={password}
          onChange={setPassword}
          inputRef={passwordInput}
          testId="sign-in-password"
        />
        <Button
          type="submit"
          look="primary"
          isPending={isPending}
          isDisabled={userName.trim() === '' || password === ''}
          data-testid="sign-in-submit"
        >
          Sign in
        </Button>
        <p className={styles.note}>
          The password stays in the memory of this page. After a reload you are asked again.
        </p>
      </form>
    </main>
  )
}
