import type { Actor, JsonObject, Permission, User, UserGroup } from '@pileus/domain'
import { userGroups } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import { segment } from './links.ts'

/** Members of a profile that are texts, and empty where not given. */
const profileTexts = ['email', 'firstName', 'lastName', 'displayName', 'phone'] as const

function formatProfile({ profile }: User): JsonObject {
  return Object.fromEntries(profileTexts.map((name) => [name, profile[name] ?? '']))
}

function formatRole(permission: Permission, baseUrl: string): JsonObject {
  return { id: permission, name: permission, self: `${baseUrl}/user/roles/${permission}` }
}

/** The caller with everything that it may do (rest-api §6.1). */
export function formatCurrentUser(user: User, actor: Actor, baseUrl: string): JsonObject {
  return {
    id: user.userName,
    userName: user.userName,
    self: `${baseUrl}/user/currentUser`,
    ...formatProfile(user),
    lastPasswordChange: formatDate(user.lastPasswordChange),
    shouldResetPassword: user.shouldResetPassword,
    twoFactorAuthenticationEnabled: false,
    devicePermissions: {},
    customProperties: user.profile.customProperties ?? {},
    effectiveRoles: [...actor.permissions].map((permission) => formatRole(permission, baseUrl)),
  }
}

/** A user with its groups, complete (rest-api §6.2). */
export function formatUser(user: User, baseUrl: string): JsonObject {
  const tenantUrl = `${baseUrl}/user/${user.tenantId}`
  const self = `${tenantUrl}/users/${segment(user.userName)}`
  const groups = userGroups.filter((group) => user.groupIds.includes(group.id))
  const statistics = { currentPage: 1, pageSize: 5 }
  return {
    id: user.userName,
    userName: user.userName,
    self,
    ...formatProfile(user),
    enabled: user.enabled,
    owner: user.owner ?? '',
    lastPasswordChange: formatDate(user.lastPasswordChange),
    passwordStrength: 'GREEN',
    shouldResetPassword: user.shouldResetPassword,
    twoFactorAuthenticationEnabled: false,
    newsletter: false,
    customProperties: user.profile.customProperties ?? {},
    devicePermissions: {},
    applications: [],
    groups: {
      self: `${self}/groups`,
      references: groups.map((group) => formatGroupReference(group, tenantUrl, baseUrl)),
      statistics,
    },
    roles: { self: `${self}/roles`, references: [], statistics },
  }
}

function formatGroupReference(group: UserGroup, tenantUrl: string, baseUrl: string): JsonObject {
  const self = `${tenantUrl}/groups/${group.id}`
  return {
    self,
    group: {
      id: group.id,
      name: group.name,
      description: '',
      self,
      roles: {
        self: `${self}/roles`,
        references: group.permissions.map((permission) => ({
          self: `${self}/roles/${permission}`,
          role: formatRole(permission, baseUrl),
        })),
      },
      users: { references: [] },
      applications: [],
      devicePermissions: {},
      customProperties: {},
    },
  }
}
