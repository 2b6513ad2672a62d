import type { TenantId } from '@pileus/domain'

/** Gives device users the tokens that stand for them over HTTP (security §7.1). */
export interface IssuesTokens {
  /** `undefined` when the user has no access any more. */
  issueToken(tenantId: TenantId, userName: string): Promise<string | undefined>
}
