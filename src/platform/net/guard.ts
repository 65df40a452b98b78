import { lookup as systemLookup } from 'node:dns/promises';
import { AppError } from '#kernel/errors.ts';
import { isPublicAddress, literalAddress } from './address.ts';

/** Every address of a name; throws when it has none. */
export type Resolve = (host: string) => Promise<string[]>;

export interface NetGuardOptions {
  /** Hosts (`opa.internal`, `127.0.0.1:8181`) that may be private: named by who runs this installation, in its settings. */
  allowPrivateHosts: readonly string[];
  /** Default: the system's resolver. */
  resolve?: Resolve;
}

/** Where a request may go. */
export interface Destination {
  url: URL;
  /** Connect to one of these and to nothing else: asking for the name again could give another answer. */
  addresses: [string, ...string[]];
}

const system: Resolve = async (host) => (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Where an address that somebody configured or sent leads, when it leads outside. AppError refused `address_refused` (a private
 * address, whatever its spelling; a scheme that is not http; a name and password in it), unavailable `address_unknown`.
 */
export async function decideDestination(target: string | URL, options: NetGuardOptions): Promise<Destination> {
  const url = parse(target);
  // The URL parser has already made 0x7f.1, 2130706433 and full-width digits the address they mean.
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (host === '' || host.endsWith('.')) throw refused(url, 'it names no host');
  const literal = literalAddress(host);
  const addresses = literal === null ? await resolved(host, options.resolve ?? system, url) : [literal];
  const [first, ...rest] = addresses;
  if (first === undefined) throw unknown(url);
  const destination: Destination = { url, addresses: [first, ...rest] };
  if (isAllowed(host, url, options.allowPrivateHosts)) return destination;
  // One private address among public ones is refused as well: which of them is used is not ours to say.
  if (!addresses.every(isPublicAddress)) throw refused(url, 'it leads to an address inside the network');
  return destination;
}

function parse(target: string | URL): URL {
  if (typeof target === 'string' && !URL.canParse(target)) throw new AppError('refused', 'This is no address.', { code: 'address_refused' });
  const url = new URL(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(url, 'only http and https are spoken');
  if (url.username !== '' || url.password !== '') throw refused(url, 'it holds a name or a password');
  return url;
}

async function resolved(host: string, resolve: Resolve, url: URL): Promise<string[]> {
  try {
    return await resolve(host);
  } catch {
    throw unknown(url);
  }
}

function isAllowed(host: string, url: URL, allowed: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return allowed.some((entry) => [host, `${host}:${port}`].includes(entry.trim().toLowerCase()));
}

function refused(url: URL, why: string): AppError {
  return new AppError('refused', `Reeve does not ask ${url.host}: ${why}.`, {
    code: 'address_refused',
    hint: `When it is a service of yours, add ${url.host || 'its host'} to allow_private_hosts (REEVE_ALLOW_PRIVATE_HOSTS).`,
  });
}

const unknown = (url: URL): AppError => new AppError('unavailable', `The host ${url.hostname} is unknown.`, { code: 'address_unknown' });
