/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Delivery {
  body: Buffer;
  headers: Record<string, string>;
}

const SIGNATURE = 'x-hub-signature-256';

type Sign = (body: Buffer, secret?: string) => string;
type Mutation = (random: () => number, delivery: Delivery, sign: Sign) => Delivery;

const withSignature = ({ body, headers }: Delivery, signature: string): Delivery => ({ body, headers: { ...headers, [SIGNATURE]: signature } });
const at = (random: () => number, length: number): number => Math.floor(random() * length);

/** What somebody without the secret can do to a delivery they saw. Each leaves it other than it was signed. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'one bit of the body': (random, { body, headers }) => {
    const changed = Buffer.from(body);
    const place = at(random, changed.length);
    changed[place] = (changed[place] ?? 0) ^ (1 << at(random, 8));
    return { body: changed, headers };
  },
  'body cut short': (random, { body, headers }) => ({ body: body.subarray(0, at(random, body.length)), headers }),
  'body made longer': (random, { body, headers }) => ({
    body: Buffer.concat([body, Buffer.from([9, 10, 13, 32][at(random, 4)] === 9 ? '\t' : ' ')]),
    headers,
  }),
  'a byte order mark in front': (_, { body, headers }) => ({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]), headers }),
  'another value inside': (_, { body, headers }) => ({ body: Buffer.from(body.toString().replace('{', '{"injected":1,')), headers }),
  'one digit of the signature': (random, delivery) => {
    const signature = delivery.headers[SIGNATURE] ?? '';
    const place = 'sha256='.length + at(random, 64);
    const digit = signature[place] === '0' ? '1' : '0';
    return withSignature(delivery, signature.slice(0, place) + digit + signature.slice(place + 1));
  },
  'signature cut short': (random, delivery) => withSignature(delivery, (delivery.headers[SIGNATURE] ?? '').slice(0, 7 + at(random, 64))),
  'signature doubled': (_, delivery) => withSignature(delivery, `${delivery.headers[SIGNATURE]},${delivery.headers[SIGNATURE]}`),
  'signature in capitals': (_, delivery) => withSignature(delivery, (delivery.headers[SIGNATURE] ?? '').toUpperCase()),
  'signature without its name': (_, delivery) => withSignature(delivery, (delivery.headers[SIGNATURE] ?? '').slice(7)),
  'named sha1': (_, delivery) => withSignature(delivery, (delivery.headers[SIGNATURE] ?? '').replace('sha256', 'sha1')),
  'named sha512': (_, delivery) => withSignature(delivery, (delivery.headers[SIGNATURE] ?? '').replace('sha256', 'sha512')),
  'empty signature': (_, delivery) => withSignature(delivery, ''),
  'signature of nothing': (_, delivery, sign) => withSignature(delivery, sign(Buffer.alloc(0))),
  'signed with an empty secret': (_, delivery, sign) => withSignature(delivery, sign(delivery.body, '')),
  'signed with a guess': (random, delivery, sign) => withSignature(delivery, sign(delivery.body, `secret${at(random, 1e6)}`)),
  'signed with both secrets in one': (_, delivery, sign) =>
    withSignature(delivery, sign(delivery.body, 'the-secret-of-this-year,the-secret-of-last-year')),
  'no signature': (_, { body, headers: { [SIGNATURE]: _gone, ...headers } }) => ({ body, headers }),
};

/** One forged delivery, and what was done to make it. */
export function mutationsOf(random: () => number, delivery: Delivery, sign: Sign): Delivery & { what: string } {
  const names = Object.keys(MUTATIONS);
  const what = names[at(random, names.length)] ?? '';
  const mutate = MUTATIONS[what];
  if (mutate === undefined) throw new Error('no mutation');
  return { what, ...mutate(random, delivery, sign) };
}
