import type { FindsUsers, SavesUsers, User } from '@pileus/domain'
import type { Connection } from './connection.ts'
import { parseStored } from './json-text.ts'
import type { TenantScope } from './tenant-keys.ts'

export function findsUsers(connection: Connection, scope: TenantScope): FindsUsers {
  const byName = connection.query<[document: string]>(
    'SELECT document FROM users WHERE tenant_key = ? AND user_name = ?',
  )
  return {
    findUser(userName) {
      const row = byName.get(scope.key, userName)
      return row && parseStored<User>(row[0])
    },
  }
}

export function savesUsers(connection: Connection, scope: TenantScope): SavesUsers {
  const save = connection.command(
    `INSERT INTO users VALUES (?, ?, ?)
     ON CONFLICT (tenant_key, user_name) DO UPDATE SET document = excluded.document`,
  )
  const remove = connection.command('DELETE FROM users WHERE tenant_key = ? AND user_name = ?')
  return {
    saveUser(user) {
      save(scope.key, user.userName, JSON.stringify(user))
    },
    deleteUser: (userName) => remove(scope.key, userName) > 0,
  }
}
