import type { FindsUsers, SavesUsers } from '@pileus/domain'
import { copyOfJson } from './json-copy.ts'
import type { TenantTables, TenantView } from './tables.ts'

export function findsUsers(view: TenantView): FindsUsers {
  return { findUser: (userName) => view.users.get(userName) }
}

export function savesUsers(tables: TenantTables): SavesUsers {
  return {
    saveUser(user) {
      tables.users.set(user.userName, { ...user, profile: copyOfJson(user.profile) })
    },
    deleteUser: (userName) => tables.users.delete(userName),
  }
}
