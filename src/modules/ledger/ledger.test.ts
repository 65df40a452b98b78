import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { CHAIN_START, decideChain, decideEnd, decideLink } from './decide.ts';
import { hashedFields, signedFields, toStoredJson, type Checkpoint } from './model.entry.ts';
import { canonicalEntry, hashEntry, keyIdOf, verifyOffline } from './queries.verify.ts';
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

function checkpointOver(seq: number, hash: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const unsigned = { v: 1 as const, seq, hash, at: AT, key_id: keyIdOf(pem) };
  const checkpoint: Checkpoint = {
    ...unsigned,
    signature: sign(null, Buffer.from(canonicalJson(signedFields(unsigned))), privateKey).toString('base64'),
  };
  return { checkpoint, pem };
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
  const { checkpoint, pem } = checkpointOver(4, lines[3]?.['hash'] as string);
  expect(await verifyOffline(lines, checkpoint, pem)).toMatchObject({ verified: true, entries: 5 });
});

test('offline verification finds truncation, a rewritten history and a forged checkpoint', async () => {
  const lines = exported(5);
  const { checkpoint, pem } = checkpointOver(4, lines[3]?.['hash'] as string);
  const rewritten = decideChain(
    CHAIN_START,
    AT,
    Array.from({ length: 5 }, (_, i) => input('a.b', { i: i + 1 })),
    hashEntry,
  ).map((entry) => toExported({ ...entry, occurredAt: new Date(0) }));
  const other = checkpointOver(4, lines[3]?.['hash'] as string);
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
    ['a moved checkpoint', lines, { ...checkpoint, seq: 3, hash: lines[2]?.['hash'] }, pem, 0],
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
