import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonical, type Json } from '../../api/canonical.ts';
import { entryHash, isConsistent, isIncluded, isSigned, keyIdOf, type Inclusion, type ProvenEntry, type SignedHead } from './proof.ts';
import { judge, verdictOf, type Material } from './verdict.ts';

// RFC 6962, section 2.1, by its recursive definition: slow, plain, and not the code under test.
const sha = (...parts: Array<string | Buffer>): string =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part))))
    .digest('hex');
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));
function rootOf(leaves: readonly string[]): string {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha(Buffer.of(0), only);
  const k = split(leaves.length);
  return sha(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}
function pathOf(m: number, leaves: readonly string[]): string[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...pathOf(m, leaves.slice(0, k)), rootOf(leaves.slice(k))] : [...pathOf(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}
function consistencyOf(m: number, leaves: readonly string[], whole = true): string[] {
  if (m === leaves.length) return whole ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...consistencyOf(m, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
    : [...consistencyOf(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}

const LEAVES = Array.from({ length: 33 }, (_, at) => sha(Buffer.from(`entry ${at + 1}`)));

test('every leaf of every tree up to 33 entries is proved, and no other is', async () => {
  for (let size = 1; size <= LEAVES.length; size += 4) {
    const leaves = LEAVES.slice(0, size);
    const root = rootOf(leaves);
    for (const [at, leaf] of leaves.entries()) {
      const proof: Inclusion = { seq: at + 1, tree_size: size, root, path: pathOf(at, leaves) };
      expect(await isIncluded(leaf, proof)).toBe(true);
      expect(await isIncluded(sha(Buffer.from('other')), proof)).toBe(false);
      expect(await isIncluded(leaf, { ...proof, root: sha(Buffer.from('x')) })).toBe(false);
      expect(await isIncluded(leaf, { ...proof, path: [...proof.path, root] })).toBe(false);
      expect(await isIncluded(leaf, { ...proof, seq: at + 2, path: proof.path })).toBe(false);
    }
  }
});

test('a tree that grew begins with the one it was, and a rewritten one does not', async () => {
  const second = LEAVES.length;
  const second_root = rootOf(LEAVES);
  for (let first = 1; first <= second; first += 1) {
    const claim = { first, second, first_root: rootOf(LEAVES.slice(0, first)), second_root, path: consistencyOf(first, LEAVES) };
    expect(await isConsistent(claim)).toBe(true);
    expect(await isConsistent({ ...claim, first_root: sha(Buffer.from('rewritten')) })).toBe(false);
  }
  expect(await isConsistent({ first: 0, second, first_root: '', second_root, path: [] })).toBe(false);
});

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

async function signedHead(more: Partial<SignedHead> = {}): Promise<SignedHead> {
  const fields = {
    v: 2,
    origin: 'reeve-x',
    tree_size: 3,
    root: rootOf(LEAVES.slice(0, 3)),
    head: LEAVES[2] ?? '',
    at: '2026-11-21T01:02:03.000456Z',
    key_id: await keyIdOf(PEM),
    ...more,
  };
  return { ...fields, signature: sign(null, Buffer.from(canonical(fields as Json)), privateKey).toString('base64') };
}

test('a head counts when the key it names signed exactly it', async () => {
  const head = await signedHead();
  expect(await isSigned(head, PEM)).toBe('signed');
  expect(await isSigned({ ...head, tree_size: 4 }, PEM)).toBe('forged');
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  expect(await isSigned(head, other)).toBe('forged');
});

/** An entry in a tree of three, with everything that proves it. */
async function material(): Promise<Material> {
  const fields = {
    v: 1,
    seq: 2,
    occurred_at: '2026-11-21T01:02:03.000456Z',
    kind: 'a.b',
    subject: 's',
    actor: 'person:ann',
    project_id: null,
    work_item_id: null,
    payload: { text: 'ä\n', n: [1.5, -0, 1e21], z: { b: 1, a: null } },
    prev_hash: LEAVES[0] ?? '',
  };
  const entry: ProvenEntry = { ...fields, hash: await entryHash({ ...fields, hash: '' }) };
  const leaves = [LEAVES[0] ?? '', entry.hash, LEAVES[2] ?? ''];
  const root = rootOf(leaves);
  return {
    entry,
    proof: { seq: 2, tree_size: 3, root, path: pathOf(1, leaves) },
    signed: { checkpoint: await signedHead({ root }), publicKey: PEM },
    remembered: {
      head: { origin: 'reeve-x', tree_size: 2, root: rootOf(leaves.slice(0, 2)), key_id: 'k', at: '2026-11-20T00:00:00Z' },
      proof: { first: 2, second: 3, first_root: rootOf(leaves.slice(0, 2)), second_root: root, path: consistencyOf(2, leaves) },
    },
  };
}

const results = async (of: Material): Promise<string> => {
  const checks = await judge(of);
  return `${verdictOf(checks)}: ${checks.map(({ name, result }) => `${name} ${result}`).join(', ')}`;
};

test('an entry whose parts all fit is verified', async () => {
  expect(await results(await material())).toBe('verified: hash holds, inclusion holds, signature holds, remembered holds');
});

test('a field that was changed shows twice: the hash is another, and the entry is not in the tree', async () => {
  const of = await material();
  expect(await results({ ...of, entry: { ...of.entry, actor: 'person:max' } })).toContain('failed: hash fails, inclusion fails, signature holds');
});

test('a field and its hash changed together is still not in the tree', async () => {
  const of = await material();
  const changed = { ...of.entry, actor: 'person:max' };
  expect(await results({ ...of, entry: { ...changed, hash: await entryHash(changed) } })).toContain('failed: hash holds, inclusion fails');
});

test('a tree made anew around the change is not the one that was signed, nor the one that was seen before', async () => {
  const of = await material();
  const changed = { ...of.entry, actor: 'person:max' };
  const hash = await entryHash(changed);
  const leaves = [LEAVES[0] ?? '', hash, LEAVES[2] ?? ''];
  const root = rootOf(leaves);
  const forged: Material = {
    ...of,
    entry: { ...changed, hash },
    proof: { seq: 2, tree_size: 3, root, path: pathOf(1, leaves) },
    remembered:
      of.remembered === null
        ? null
        : {
            ...of.remembered,
            proof: { first: 2, second: 3, first_root: rootOf(leaves.slice(0, 2)), second_root: root, path: consistencyOf(2, leaves) },
          },
  };
  expect(await results(forged)).toBe('failed: hash holds, inclusion holds, signature fails, remembered fails');
});

test('a ledger that is shorter than what was seen before has lost its end', async () => {
  const of = await material();
  expect(await results({ ...of, remembered: of.remembered === null ? null : { ...of.remembered, proof: null } })).toContain('remembered fails');
});

test('without a signature nothing is called verified', async () => {
  expect(await results({ ...(await material()), signed: null, remembered: null })).toBe('partly: hash holds, inclusion holds, signature unknown');
});

test('a part that is malformed fails, and keeps the others from nothing', async () => {
  const of = await material();
  expect(await results({ ...of, proof: { ...of.proof, path: ['no hash'] } })).toContain('failed: hash holds, inclusion fails, signature holds');
  const { signed } = of;
  if (signed === null) throw new Error('nothing was signed');
  const unsigned = { ...signed, checkpoint: { ...signed.checkpoint, signature: '%%%' } };
  expect(await results({ ...of, signed: unsigned })).toContain('inclusion holds, signature fails, remembered holds');
  expect(await results({ ...of, signed: { ...signed, publicKey: 'no key' } })).toContain('signature fails');
});
