import { isIPv6 } from 'node:net'

/**
 * What counts as one source of connections: an IPv4 address, or the /64 network of an IPv6 one.
 *
 * IPv4 addresses in IPv6 clothes (`::ffff:192.0.2.1`) are IPv4. Anything else counts as itself.
 *
 * @see security §3.4
 */
export function sourceKeyOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [left = '', right] = address.split('%', 1)[0]?.split('::') ?? []
  const groups = left === '' ? [] : left.split(':')
  if (right !== undefined) {
    const groupsRight = right === '' ? 0 : right.split(':').length
    while (groups.length + groupsRight < 8 && groups.length < 4) groups.push('0')
    if (groups.length < 4) groups.push(...right.split(':'))
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
