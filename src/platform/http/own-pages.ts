/** Which pages are ours, and what our cookies are called. Pure: decided from the address a browser used and the public one. */

/**
 * Whether an `Origin` is one of ours. Invariant: the host is the one that was asked, or the public one; and where the public address is
 * known, so is the scheme of that host: a page that came without TLS may be anybody's. For another host (a port of this machine, a
 * proxy's own name) the scheme is not known here, because a proxy may speak TLS before us.
 */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (!/^https?:$/.test(from.protocol)) return false;
  const known = publicUrl === null ? null : new URL(publicUrl);
  if (from.origin === known?.origin) return true;
  return from.host === host && from.host !== known?.host;
}

/**
 * Cookies know no port: two servers of one host would take each other's. So the port of our address is part of the name. With TLS the
 * prefix `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3): it asks for `Secure`, `Path=/` and no `Domain`.
 */
export function cookieName(base: string, host: string | undefined, publicUrl: string | null): string {
  const at = publicUrl ?? `http://${host ?? ''}`;
  const port = URL.canParse(at) ? new URL(at).port : '';
  return `${isHttps(publicUrl) ? '__Host-' : ''}${base}${port === '' ? '' : `_${port}`}`;
}

/** The value of a cookie in a `Cookie` header, or null. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** The public address is reached by TLS: cookies are sent over nothing else, and browsers are told to stay with it. */
export const isHttps = (publicUrl: string | null): boolean => publicUrl !== null && /^https:\/\//i.test(publicUrl);

const SESSION_COOKIE = 'reeve_session';

export const sessionCookieName = (host: string | undefined, publicUrl: string | null): string => cookieName(SESSION_COOKIE, host, publicUrl);
