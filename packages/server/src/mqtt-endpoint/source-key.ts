import { isIPv6 } from 'node:net'

/**
 * What counts as one source of connections: an IPv4 address, or the /64 network of an IPv6 one.
 *
 * Anything else counts as itself.
 *
 * @see security §3.4
 */
export function sourceKeyOf(address: string): string {
  const plain = plainAddressOf(address)
  if (!isIPv6(plain)) return plain
  const [left = '', right] = plain.split('%', 1)[0]?.split('::') ?? []
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

/** IPv4 addresses in IPv6 clothes (`::ffff:192.0.2.1`) as IPv4; everything else as it is. */
export function plainAddressOf(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}
