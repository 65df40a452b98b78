import ipaddr from 'ipaddr.js';

/** Public by number and yet inside: Azure's metadata and DNS host. */
const INSIDE = new Set(['168.63.129.16']);

/**
 * Whether an address is out on the public network. Loopback, private, link-local (where clouds keep their metadata), carrier, unique
 * local, multicast, reserved, and IPv6 forms that carry an IPv4 address inside are not: some host or gateway would unpack them.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  // Only 2000::/3 is handed out as global unicast (RFC 4291, 2.4); the library calls some of the rest unicast, too.
  if (address.kind() === 'ipv6') return ((address as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
  return !INSIDE.has(address.toString());
}

/** The literal address a URL's host is, without brackets; null when it is a name. */
export function literalAddress(host: string): string | null {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return ipaddr.isValid(bare) ? bare : null;
}
