import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { commitTo } from './commands.personal.ts';
import { isCheckpointDue, placeWaitS } from './decide.anchor.ts';
import { CHAIN_START, decideChain, decideEnd, decideLink } from './decide.ts';
import { hashedFields, signedFields, toStoredJson, type Checkpoint } from './model.entry.ts';
import { canonicalEntry, canonicalText } from './queries.canonical.ts';
import { hashEntry, keyIdOf, verifyOffline } from './queries.offline.ts';
import { EMPTY_TREE, growTree } from './decide.tree.ts';
import { handOverFields } from './model.keys.ts';
import { rootOf, SHA256_TREE } from './queries.tree.ts';
import { toExported } from './queries.ts';

const AT = '2026-01-02T03:04:05.678901Z';
const input = (kind: string, payload: JsonObject = {}) => ({ kind, subject: 's', actor: 'system', projectId: null, workItemId: null, payload });
const chain = (n: number) =>
  decideChain(
    CHAIN_START,
    AT,
    Array.from({ length: n }, (_, i) => input('a.b', { i })),
    hashEntry,
  );
const exported = (n: number): Record<string, unknown>[] => chain(n).map((entry) => ({ ...toExported({ ...entry, occurredAt: new Date(0) }) }));

const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signed = (fields: JsonObject): string => sign(null, Buffer.from(canonicalJson(fields)), privateKey).toString('base64');
  return { pem, keyId: keyIdOf(pem), signed };
};

/** Over the first `size` of `lines`. */
function checkpointOver(size: number, lines: readonly Record<string, unknown>[], key = newKey()) {
  const hashes = lines.slice(0, size).map((line) => String(line['hash']));
  const { peaks } = growTree(EMPTY_TREE, hashes, SHA256_TREE);
  const unsigned = {
    v: 2 as const,
    origin: 'o',
    tree_size: size,
    root: rootOf(peaks),
    head: hashes.at(-1) ?? '0'.repeat(64),
    at: AT,
    key_id: key.keyId,
  };
  const checkpoint: Checkpoint = { ...unsigned, signature: key.signed(signedFields(unsigned)) };
  return { checkpoint, pem: key.pem };
}

test('an auditor recomputes a hash from one export line with nothing but JCS and SHA-256', () => {
  const [line] = exported(1);
  const { hash, ...fields } = line as { hash: string };
  expect(sha256Hex(canonicalJson(fields))).toBe(hash);
  // The canonical text itself is part of the format.
  expect(canonicalJson(fields)).toBe(
    `{"actor":"system","kind":"a.b","occurred_at":"${AT}","payload":{"i":0},"prev_hash":"${'0'.repeat(64)}","project_id":null,"seq":1,"subject":"s","v":1,"work_item_id":null}`,
  );
});

test('the fast canonical form is the plain one for every entry', () => {
  const text = fc.string({ unit: 'grapheme' });
  const id = fc.option(text, { nil: null });
  const entry = fc.record({
    seq: fc.nat(),
    at: text,
    kind: text,
    subject: text,
    actor: text,
    projectId: fc.oneof(id, fc.constant(undefined)),
    workItemId: id,
    payload: fc.dictionary(text, fc.jsonValue()),
    prevHash: text,
  });
  fc.assert(
    fc.property(entry, (given) => {
      const stored = { ...given, payload: toStoredJson(given.payload) as JsonObject };
      expect(canonicalEntry(stored)).toBe(canonicalJson(hashedFields(stored)));
    }),
  );
});

test('the fast canonical form is the plain one for values with quotes, controls, other scripts, odd numbers, integer-like keys and depth', () => {
  const deep = (levels: number): JsonValue => (levels === 0 ? 'end' : { a: [deep(levels - 1)] });
  const values: JsonValue[] = [
    '"quoted" \\ and \u007F \u0000 \n',
    'ä €  😀',
    { '10': 1, '9': 2, b: { z: null, a: [true, false, []] }, '': {}, ä: 'x', A: '~ !#[]' },
    [0, -0, 1e21, 1e-7, 0.1, -5, 2 ** 53],
    deep(200),
  ];
  for (const value of values) expect(canonicalText(value)).toBe(canonicalJson(value));
  expect(() => canonicalText({ a: '\uD800' })).toThrow(/surrogate/);
});

test('an entry too long for the hashing buffer hashes as a short one does', () => {
  for (const length of [1, 7000, 8192, 9000, 100_000]) {
    const [entry] = decideChain(CHAIN_START, AT, [input('a.b', { text: '€'.repeat(length) })], hashEntry);
    if (entry === undefined) throw new Error('one entry');
    expect(entry.hash).toBe(sha256Hex(canonicalJson(hashedFields(entry))));
  }
});

test('a link names a gap, a broken chain and an edited field', () => {
  const [one, two, three] = chain(3);
  if (one === undefined || two === undefined || three === undefined) throw new Error('three entries');
  const end = { seq: 1, hash: one.hash };
  expect(decideLink(end, two, hashEntry)).toBeNull();
  expect(decideLink(end, three, hashEntry)).toMatchObject({ seq: 2, reason: expect.stringContaining('missing') });
  expect(decideLink(end, { ...two, actor: 'somebody' }, hashEntry)).toMatchObject({ seq: 2, reason: expect.stringContaining('changed') });
  expect(decideLink(end, { ...two, prevHash: three.hash }, hashEntry)).toMatchObject({ seq: 2, reason: expect.stringContaining('continue') });
  expect(decideLink(end, one, hashEntry)).toMatchObject({ seq: 1, reason: expect.stringContaining('after') });
});

test('the end of the chain must be the head, and nothing may stand behind it', () => {
  const end = { seq: 5, hash: 'a' };
  expect(decideEnd(end, end, { seq: 5, lastStored: 5 })).toBeNull();
  expect(decideEnd(end, end, { seq: 7, lastStored: 7 })).toBeNull();
  expect(decideEnd(end, { seq: 6, hash: 'b' }, { seq: 6, lastStored: 5 })).toMatchObject({ seq: 6 });
  expect(decideEnd(end, { seq: 5, hash: 'b' }, { seq: 5, lastStored: 5 })).toMatchObject({ seq: 5 });
  expect(decideEnd(end, end, { seq: 5, lastStored: 6 })).toMatchObject({ seq: 6 });
});

test('a payload is hashed as the database keeps it', () => {
  expect(toStoredJson({ a: undefined, b: 'x\u0000y', c: '\ud800', d: -0, e: new Date(0), f: [1, null] })).toEqual({
    b: 'x\ufffdy',
    c: '\ufffd',
    d: 0,
    e: '1970-01-01T00:00:00.000Z',
    f: [1, null],
  });
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol('x')]) expect(() => toStoredJson({ wrong })).toThrow(TypeError);
  const endless: Record<string, unknown> = {};
  endless['self'] = endless;
  expect(() => toStoredJson(endless)).toThrow(/levels/);
});

test('an export verifies offline against a checkpoint kept elsewhere', async () => {
  const lines = exported(5);
  const { checkpoint, pem } = checkpointOver(4, lines);
  expect(await verifyOffline(lines, checkpoint, pem)).toMatchObject({ verified: true, entries: 5 });
});

test('offline verification finds truncation, a rewritten history and a forged checkpoint', async () => {
  const lines = exported(5);
  const { checkpoint, pem } = checkpointOver(4, lines);
  const rewritten = decideChain(
    CHAIN_START,
    AT,
    Array.from({ length: 5 }, (_, i) => input('a.b', { i: i + 1 })),
    hashEntry,
  ).map((entry) => toExported({ ...entry, occurredAt: new Date(0) }));
  const other = checkpointOver(4, lines);
  const cases: [string, Iterable<unknown>, unknown, string, number][] = [
    ['cut before the checkpoint', lines.slice(0, 3), checkpoint, pem, 4],
    ['chained again from the start', rewritten, checkpoint, pem, 4],
    ['an edited field', lines.map((line, i) => (i === 2 ? { ...line, actor: 'x' } : line)), checkpoint, pem, 3],
    ['a missing row', lines.filter((_, i) => i !== 1), checkpoint, pem, 2],
    ['swapped rows', [lines[1], lines[0]], checkpoint, pem, 1],
    ['a line that is no entry', [{ seq: 1 }], checkpoint, pem, 1],
    ['an unknown extra member', [{ ...lines[0], note: 1 }], checkpoint, pem, 1],
    ['a checkpoint of another key', lines, other.checkpoint, pem, 0],
    ['another key', lines, checkpoint, other.pem, 0],
    ['a moved checkpoint', lines, { ...checkpoint, tree_size: 3, head: lines[2]?.['hash'] }, pem, 0],
    ['no checkpoint', lines, {}, pem, 0],
    ['no key', lines, checkpoint, 'nonsense', 0],
  ];
  const found: [string, unknown][] = [];
  for (const [what, entries, mark, key] of cases) {
    const report = await verifyOffline(entries, mark, key);
    found.push([what, report.verified ? 'verified' : report.firstBadSeq]);
  }
  expect(found).toEqual(cases.map(([what, , , , seq]) => [what, seq]));
});

/** Five entries of which the third hands the first key over to the second. */
function handedOver(change: (payload: JsonObject) => JsonObject = (payload) => payload) {
  const [first, second] = [newKey(), newKey()];
  const fields = handOverFields({ origin: 'o', fromKeyId: first.keyId, keyId: second.keyId, publicKey: second.pem });
  const handOver = change({ ...fields, signature: first.signed(fields), accepted: second.signed(fields) });
  const lines = decideChain(
    CHAIN_START,
    AT,
    [input('a.b'), input('a.b'), input('ledger.key_rotated', handOver), input('a.b'), input('a.b')],
    hashEntry,
  ).map((entry) => ({ ...toExported({ ...entry, occurredAt: new Date(0) }) }));
  return { first, second, lines };
}

test('a checkpoint of a later key is believed when the key before handed over to it in an entry', async () => {
  const { first, second, lines } = handedOver();
  const [early, late] = [checkpointOver(2, lines, first), checkpointOver(5, lines, second)];
  expect(await verifyOffline(lines, [early.checkpoint, late.checkpoint], first.pem)).toMatchObject({ verified: true, entries: 5 });
  expect(await verifyOffline(lines, late.checkpoint, first.pem)).toMatchObject({ verified: true });
});

test('a key that handed over signs nothing any more, and a hand-over nobody signed makes no key', async () => {
  const { first, second, lines } = handedOver();
  expect(await verifyOffline(lines, checkpointOver(4, lines, first).checkpoint, first.pem)).toMatchObject({
    firstBadSeq: 0,
    reason: expect.stringContaining('handed over'),
  });
  expect(await verifyOffline(lines, checkpointOver(2, lines, second).checkpoint, first.pem)).toMatchObject({ firstBadSeq: 0 });
  const forged = handedOver((payload) => ({ ...payload, signature: payload['accepted'] ?? null }));
  expect(await verifyOffline(forged.lines, checkpointOver(5, forged.lines, forged.second).checkpoint, forged.first.pem)).toMatchObject({
    verified: false,
    firstBadSeq: 0,
  });
});

test('a checkpoint is due after a thousand entries or an hour, and places are asked again ever more slowly', () => {
  expect(isCheckpointDue(0, null)).toBe(false);
  expect(isCheckpointDue(1, null)).toBe(true);
  expect(isCheckpointDue(1999, { treeSize: 1000, ageS: 3599 })).toBe(false);
  expect(isCheckpointDue(2000, { treeSize: 1000, ageS: 1 })).toBe(true);
  expect(isCheckpointDue(1000, { treeSize: 1000, ageS: 3600 })).toBe(true);
  expect([0, 1, 5, 30].map(placeWaitS)).toEqual([15, 30, 480, 1800]);
});

test('a commitment is the HMAC of the value under its own salt, and equal values look different', () => {
  const personal = { subject: 'pers_1', values: { name: 'Ada', email: null } };
  const [one, two] = [commitTo(personal), commitTo(personal)];
  const [value] = one.values;
  if (value === undefined) throw new Error('one value');
  expect(one.payload).toEqual({ name: { commitment: value.commitment }, email: null });
  expect(createHmac('sha256', Buffer.from(value.salt, 'base64url')).update('"Ada"').digest('hex')).toBe(value.commitment);
  expect(two.values[0]?.commitment).not.toBe(value.commitment);
});
