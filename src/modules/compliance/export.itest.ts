import { execFile } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import type { JsonObject } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { shown } from './decide.ts';
import { exportFiles } from './queries.export.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-export-'));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]): string => path.join(folder, ...names);
const open = (keyFile: string) => createLedger({ db: database.db, checkpointKeyFile: at(keyFile) });
type Opened = ReturnType<typeof open>;

async function append(ledger: Opened, kind: string, payload: JsonObject): Promise<void> {
  await database.db.tx(async (tx) => ledger.append(tx, { kind, subject: 'x', actor: 'system', payload }));
}

/** A ledger with its first key in force; `first.pem` is the public key an auditor kept. */
async function began(): Promise<Opened> {
  const ledger = open('ledger.pem');
  await append(ledger, 'a.b', {});
  await ledger.anchorDue();
  writeFileSync(at('first.pem'), await ledger.publicKey());
  return ledger;
}

/** Writes an export and lets its own verifier judge it, in a folder of its own. */
async function exported(ledger: Opened, change: (files: Map<string, string>) => void = () => {}) {
  const files = new Map<string, string>();
  for await (const { path: name, text } of exportFiles({ db: database.db, ledger }, {})) files.set(name, text);
  change(files);
  const dir = mkdtempSync(at('export-'));
  for (const [name, text] of files) writeFileSync(path.join(dir, name), text);
  return {
    verify: (...args: string[]) =>
      new Promise<{ code: number; said: string }>((resolve) => {
        execFile(process.execPath, [path.join(dir, 'verify.mjs'), ...args], { cwd: dir }, (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
        );
      }),
  };
}

/** The public half of a private key, as it is named and written. */
function publicOf(key: KeyObject): { id: string; pem: string } {
  const half = createPublicKey(key);
  return {
    id: sha256Hex(half.export({ type: 'spki', format: 'der' })).slice(0, 32),
    pem: half.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

test('an export whose key was rotated twice is believed by whoever trusts any of its keys, and by nobody with another one', async () => {
  const ledger = await began();
  await ledger.rotateKey(SYSTEM_ACTOR);
  writeFileSync(at('second.pem'), await ledger.publicKey());
  await append(ledger, 'a.b', {});
  await ledger.rotateKey(SYSTEM_ACTOR);
  writeFileSync(at('third.pem'), await ledger.publicKey());
  const { verify } = await exported(ledger);
  expect(await verify('--key', at('first.pem'))).toMatchObject({ code: 0, said: expect.stringContaining('2 hand-overs after the key') });
  expect(await verify('--key', at('second.pem'))).toMatchObject({ code: 0, said: expect.stringContaining('1 hand-over after the key') });
  expect(await verify('--key', at('third.pem'))).toMatchObject({ code: 0, said: expect.not.stringContaining('hand-over') });
  expect(await verify()).toMatchObject({ code: 0 });
  writeFileSync(at('other.pem'), publicOf(generateKeyPairSync('ed25519').privateKey).pem);
  expect(await verify('--key', at('other.pem'))).toMatchObject({
    code: 1,
    said: expect.stringContaining('checkpoint.json: was signed with another key than the one that is trusted, and none was handed over to it'),
  });
});

/** What a stranger who can write to the ledger would put there: a hand-over from `from` to a key of their own. */
function forgedHandOver(from: string, origin: string, keys: { signedBy: KeyObject; evil: KeyObject }) {
  const evil = publicOf(keys.evil);
  const handed = { v: 1, purpose: 'ledger key hand-over', origin, from_key_id: from, key_id: evil.id, public_key: evil.pem };
  const by = (key: KeyObject): string => sign(null, Buffer.from(canonicalJson(handed)), key).toString('base64');
  return { ...handed, signature: by(keys.signedBy), accepted: by(keys.evil) };
}

test('a hand-over that the key before did not sign leads nowhere, though the ledger holds it and its tree proves it', async () => {
  const ledger = await began();
  const { origin, key_id: from } = await ledger.checkpoint();
  const evil = open('evil.pem');
  // Makes the key file; the ledger still knows the first key only.
  await expect(evil.checkpoint()).rejects.toMatchObject({ code: 'checkpoint_key_not_active' });
  const evilKey = createPrivateKey(readFileSync(at('evil.pem')));
  await append(ledger, 'ledger.key_rotated', forgedHandOver(from, origin, { signedBy: evilKey, evil: evilKey }));
  expect((await evil.checkpoint()).key_id).toBe(publicOf(evilKey).id);
  const { verify } = await exported(evil);
  for (const args of [['--key', at('first.pem')], []])
    expect(await verify(...args)).toMatchObject({ code: 1, said: expect.stringContaining('none was handed over to it') });
});

test('a hand-over of another ledger, or one that the new key never accepted, leads nowhere', async () => {
  const ledger = await began();
  const { origin, key_id: from } = await ledger.checkpoint();
  const firstKey = createPrivateKey(readFileSync(at('ledger.pem')));
  const evil = open('evil.pem');
  await expect(evil.checkpoint()).rejects.toMatchObject({ code: 'checkpoint_key_not_active' });
  const evilKey = createPrivateKey(readFileSync(at('evil.pem')));
  const real = forgedHandOver(from, origin, { signedBy: firstKey, evil: evilKey });
  await append(ledger, 'ledger.key_rotated', forgedHandOver(from, 'reeve-another', { signedBy: firstKey, evil: evilKey }));
  await append(ledger, 'ledger.key_rotated', { ...real, accepted: real.signature });
  const { verify } = await exported(evil);
  expect(await verify('--key', at('first.pem'))).toMatchObject({ code: 1, said: expect.stringContaining('none was handed over to it') });
});

test('a key that handed over signs nothing any more, and no byte of the succession may be changed or left out', async () => {
  const ledger = await began();
  const { from } = await ledger.rotateKey(SYSTEM_ACTOR);
  const retired = readdirSync(folder).find((name) => name.includes(from)) ?? '';
  const oldKey = createPrivateKey(readFileSync(at(retired)));
  const signedByOld = (files: Map<string, string>): void => {
    const { checkpoint } = JSON.parse(files.get('checkpoint.json') ?? '') as { checkpoint: Record<string, string> };
    const { signature: _, ...fields }: Record<string, string> = { ...checkpoint, key_id: from };
    const signature = sign(null, Buffer.from(canonicalJson(fields)), oldKey).toString('base64');
    files.set('checkpoint.json', shown({ checkpoint: { ...fields, signature }, public_key: readFileSync(at('first.pem'), 'utf8') }));
  };
  const old = await exported(ledger, signedByOld);
  expect(await old.verify('--key', at('first.pem'))).toMatchObject({ code: 1, said: expect.stringContaining('had handed over in entry 3') });
  const edited = await exported(ledger, (files) =>
    files.set('keys.json', (files.get('keys.json') ?? '').replace(/"actor": "system"/, '"actor": "nobody"')),
  );
  expect(await edited.verify('--key', at('first.pem'))).toMatchObject({ code: 1, said: expect.stringContaining('keys.json: entry 2 was changed') });
  const garbage = await exported(ledger, (files) => files.set('keys.json', '[\n  {}\n]\n'));
  expect(await garbage.verify()).toMatchObject({ code: 1, said: expect.stringContaining('keys.json: cannot be checked') });
  const without = await exported(ledger, (files) => files.set('keys.json', '[]\n'));
  expect(await without.verify('--key', at('first.pem'))).toMatchObject({ code: 1, said: expect.stringContaining('none was handed over to it') });
  const gone = await exported(ledger, (files) => void files.delete('keys.json'));
  expect(await gone.verify()).toMatchObject({ code: 1, said: expect.stringContaining('keys.json: cannot be read') });
});
