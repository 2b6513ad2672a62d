import type { Page } from 'playwright-core'
import type { Platform } from './start-platform.ts'

/** Signs the administrator in, on whatever page of the console is open. */
export async function signIn(page: Page, { tenant, admin }: Platform): Promise<void> {
  await page.getByTestId('sign-in-tenant').fill(tenant)
  await page.getByTestId('sign-in-user').fill(admin.user)
  await page.getByTestId('sign-in-password').fill(admin.password)
  await page.getByTestId('sign-in-submit').click()
  await page.getByTestId('user-menu').waitFor()
}
