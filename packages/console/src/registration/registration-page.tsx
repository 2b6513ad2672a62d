import { Page } from '../shell/page.tsx'

export function RegistrationPage() {
  return <Page title="Device registration">{null}</Page>
}
