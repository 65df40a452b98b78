import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { createLocal } from '#app/local.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { runCli } from '#cli/program.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { startChangeReceiver, type ChangeReceiverFake } from '../fakes/change-receiver.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes or more').toString('base64')}`;

interface Shown {
  sha256: string;
  record: { id: string; kind: string; subject: string; commit: string; number: number; findings: Record<string, unknown>; checks: unknown[] };
}

/** An auditor and an administrator on a server on which one change landed. */
describe('an auditor', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-audit-'));
  const at = (...names: string[]): string => path.join(folder, ...names);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', ...args], { cwd: at('repo'), encoding: 'utf8' }).trim();
  let server: RunningServer;
  let receiver: ChangeReceiverFake;
  let token = '';
  let change = '';

  async function reeve(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const local = {
      ...createLocal({ env: { REEVE_DATA_DIR: at('data') }, cwd: folder }),
      findServer: async () => ({ url: server.url ?? '', token }),
    };
    const code = await runCli(args, local, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await reeve(...args, '--json')).out) as T;
  const get = async <T>(route: string): Promise<T> =>
    (await (await fetch(`${server.url}${route}`, { headers: { authorization: `Bearer ${token}` } })).json()) as T;
  const records = async () => (await get<{ items: Shown[] }>('/v1/compliance-records')).items;
  const node = (...args: string[]): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, args, { env: {} }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
      );
    });
  const kept = () => readFileSync(at('kept', 'checkpoints.jsonl'), 'utf8').trim().split('\n');

  async function submit(): Promise<string> {
    const base = git('rev-parse', 'HEAD');
    const blob = git('ls-tree', base, 'a.txt').split(/\s/)[2];
    const changes = [{ op: 'modify', path: 'a.txt', base_blob: blob, content: 'A\n' }];
    const document = { version: 1, task_id: 'one', attempt: 1, repo: at('repo'), target: 'ai-1', base, summary: 'Shout', intent: {}, changes };
    writeFileSync(at('change.json'), JSON.stringify(document));
    return (await json<{ items: Array<{ id: string }> }>('queue', 'submit', at('change.json'))).items[0]?.id ?? '';
  }

  beforeAll(async () => {
    mkdirSync(at('repo'));
    git('init', '--quiet', '-b', 'main');
    writeFileSync(at('repo', 'a.txt'), 'a\n');
    git('add', '.');
    git('commit', '--quiet', '--date=2020-01-01T00:00:00Z', '-m', 'First');
    execFileSync('git', ['init', '--quiet', '--bare', at('customer.git')]);
    receiver = await startChangeReceiver(SECRET);
    const settings = {
      REEVE_DATA_DIR: at('data'),
      REEVE_PORT: '0',
      REEVE_LOG_LEVEL: 'silent',
      PATH: process.env['PATH'],
      REEVE_LEDGER_CHECKPOINT_FILE: at('kept', 'checkpoints.jsonl'),
      REEVE_LEDGER_CHECKPOINT_GIT: at('customer.git'),
      REEVE_LEDGER_CHECKPOINT_WEBHOOK: 'http://127.0.0.1:1/nobody',
      REEVE_CHANGE_WEBHOOK_URL: receiver.url,
      REEVE_ALLOW_PRIVATE_HOSTS: `127.0.0.1:1,${new URL(receiver.url).host}`,
      REEVE_CHANGE_WEBHOOK_SECRET: SECRET,
    };
    server = await startServer(loadAppConfig(settings, folder), 'all');
    const { people, access, delivery } = server.modules;
    await delivery.adoptPath({ path: at('repo'), defaultBranch: 'main', checks: [] }, SYSTEM_ACTOR);
    await people.create({ handle: 'ada', name: 'Ada Lovelace', email: 'ada@example.test', role: 'admin' }, SYSTEM_ACTOR);
    token = (await access.createToken({ name: 'ada', role: 'admin', person: 'ada' }, SYSTEM_ACTOR)).secret;
    change = await submit();
    while ((await records()).length === 0) await delay(100);
  }, 180_000);

  afterAll(async () => {
    await server?.stop();
    await receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds a record of the landing with what the queue knows of it, by every filter', async () => {
    const [shown] = await records();
    const entry = await get<{ landed_commit: string; project_id: string }>(`/v1/change-requests/${change}`);
    expect(shown?.record).toMatchObject({
      kind: 'landing',
      subject: change,
      commit: entry.landed_commit,
      number: 1,
      findings: { author_approved: false },
    });
    expect(await get(`/v1/compliance-records/${shown?.record.id}`)).toEqual(shown);
    const count = async (query: string) => (await get<{ items: unknown[] }>(`/v1/compliance-records?${query}`)).items.length;
    expect(
      await Promise.all([count('person=ada'), count('person=bob'), count('from=2020-01-01T00:00:00Z'), count('to=2020-01-01T00:00:00Z')]),
    ).toEqual([1, 0, 1, 0]);
    expect(await Promise.all([count(`project=${entry.project_id}`), count('kind=pull_request'), count('pull=pull_none')])).toEqual([1, 0, 0]);
  });

  it('sees the change-management system told once, with the record the ledger vouches for', { timeout: 60_000 }, async () => {
    await expect.poll(() => receiver.accepted.length, { timeout: 30_000 }).toBe(1);
    const [shown] = await records();
    expect(receiver.accepted).toEqual([
      {
        id: shown?.record.id,
        body: expect.objectContaining({ type: 'compliance.recorded', data: { sha256: shown?.sha256, record: shown?.record } }),
      },
    ]);
    const [entry] = (await get<{ items: Array<{ payload: object }> }>('/v1/ledger?kind=compliance.recorded')).items;
    expect(entry?.payload).toMatchObject({ sha256: shown?.sha256 });
  });

  it('finds signed checkpoints in the places that work, and sees the one that does not', { timeout: 60_000 }, async () => {
    await expect
      .poll(() => execFileSync('git', ['-C', at('customer.git'), 'for-each-ref'], { encoding: 'utf8' }), { timeout: 30_000 })
      .toContain('refs/heads/reeve-checkpoints');
    expect(execFileSync('git', ['-C', at('customer.git'), 'show', 'reeve-checkpoints:checkpoint.json'], { encoding: 'utf8' }).trim()).toBe(
      kept().at(-1),
    );
    expect(statSync(at('data', 'keys', 'ledger.pem')).mode & 0o777).toBe(0o600);
    expect(await reeve('ledger', 'verify', '--checkpoint', at('kept', 'checkpoints.jsonl'))).toMatchObject({ code: 0 });
    const places = await reeve('ledger', 'places');
    expect(places.out).toMatch(/file .* 1\n/);
    expect(places.out).toMatch(/webhook +127\.0\.0\.1:1 +0 +127\.0\.0\.1:1 could not be told/);
    expect(await get('/status')).toMatchObject({
      ledger: { checkpoints: { places: expect.arrayContaining([{ place: 'webhook', published: 0, last_error: expect.any(String) }]) } },
    });
  });

  it('proves an entry and a beginning over HTTP, and is told what is wrong with a size that is not', async () => {
    const proof = await json<{ path: string[]; tree_size: number }>('ledger', 'proof', '2', '--tree-size', '5');
    expect(proof).toMatchObject({ tree_size: 5 });
    expect(proof.path).toHaveLength(3);
    expect(await json('ledger', 'consistency', '3', '7')).toMatchObject({ first: 3, second: 7 });
    expect(await reeve('ledger', 'proof', '2', '--tree-size', '999999')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no tree of 999999 entries'),
    });
  });

  it('verifies an export offline with plain node, and every changed byte is found and named', { timeout: 120_000 }, async () => {
    expect(await reeve('ledger', 'export', '--from', '2020-01-01', '--out', at('export'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exported 1 changes'),
    });
    expect(await node(at('export', 'verify.mjs'))).toMatchObject({ code: 0, said: expect.stringContaining('Verified: 1 changes') });
    const [first = ''] = kept();
    writeFileSync(at('key.pem'), (JSON.parse(first) as { public_key: string }).public_key);
    expect(await node(at('export', 'verify.mjs'), '--key', at('key.pem'))).toMatchObject({ code: 0 });
    const files = (readdirSync(at('export'), { recursive: true }) as string[]).filter(
      (file) => statSync(at('export', file)).isFile() && file !== 'verify.mjs',
    );
    expect(files.length).toBe(4 + 11);
    const missed: string[] = [];
    for (const file of files) {
      const whole = readFileSync(at('export', file));
      const changed = Buffer.from(whole);
      const middle = Math.floor(changed.length / 2);
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      writeFileSync(at('export', file), changed);
      const { code, said } = await node(at('export', 'verify.mjs'));
      if (code !== 1 || !said.includes(file)) missed.push(`${file}: ${code} ${said}`);
      writeFileSync(at('export', file), whole);
    }
    expect(missed).toEqual([]);
    expect(await node(at('export', 'verify.mjs'))).toMatchObject({ code: 0 });
  });

  it('sees a change that is left out, a file that is put in, and a key that is not theirs', { timeout: 60_000 }, async () => {
    cpSync(at('export'), at('copy'), { recursive: true });
    writeFileSync(at('copy', 'extra.txt'), '');
    expect(await node(at('copy', 'verify.mjs'))).toMatchObject({ code: 1, said: expect.stringContaining('extra.txt: does not belong here') });
    rmSync(at('copy', 'extra.txt'));
    renameSync(at('copy', 'changes'), at('changes-away'));
    expect(await node(at('copy', 'verify.mjs'))).toMatchObject({ code: 1, said: expect.stringContaining('population.csv') });
    const other = execFileSync(process.execPath, [
      '-e',
      `console.log(require('node:crypto').generateKeyPairSync('ed25519').publicKey.export({type:'spki',format:'pem'}))`,
    ]);
    writeFileSync(at('other.pem'), other);
    expect(await node(at('export', 'verify.mjs'), '--key', at('other.pem'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('checkpoint.json: was signed with another key'),
    });
  });

  it('follows the key over a rotation from the checkpoint they have', { timeout: 60_000 }, async () => {
    const moved = await json<{ from: string; to: string }>('ledger', 'rotate-key');
    expect(moved.from).not.toBe(moved.to);
    const next = JSON.parse((await reeve('ledger', 'checkpoint')).out) as { checkpoint: { key_id: string } };
    expect(next.checkpoint.key_id).toBe(moved.to);
    cpSync(at('kept', 'checkpoints.jsonl'), at('both.jsonl'));
    appendFileSync(at('both.jsonl'), `${JSON.stringify(next)}\n`);
    expect(await reeve('ledger', 'verify', '--checkpoint', at('both.jsonl'))).toMatchObject({ code: 0 });
    await reeve('ledger', 'export', '--from', '2020-01-01', '--out', at('rotated'));
    expect(await node(at('rotated', 'verify.mjs'), '--key', at('key.pem'))).toMatchObject({
      code: 0,
      said: expect.stringContaining('1 hand-over after'),
    });
    expect(await node(at('rotated', 'verify.mjs'), '--key', at('other.pem'))).toMatchObject({ code: 1 });
    writeFileSync(at('entries.jsonl'), (await reeve('ledger', 'entries')).out);
    expect(await reeve('ledger', 'verify', '--entries', at('entries.jsonl'), '--checkpoint', at('both.jsonl'))).toMatchObject({ code: 0 });
    const edited = readFileSync(at('entries.jsonl'), 'utf8').replace('"actor":"system"', '"actor":"person:ada"');
    writeFileSync(at('edited.jsonl'), edited);
    const offline = await reeve('ledger', 'verify', '--entries', at('edited.jsonl'), '--checkpoint', at('both.jsonl'));
    expect(offline).toMatchObject({ code: 1, out: expect.stringMatching(/NOT verified: entry \d+ was changed/) });
  });

  it('finds the name of a person gone after it was erased, and the ledger as sound as before', { timeout: 60_000 }, async () => {
    const person = (await get<{ items: Array<{ id: string; handle: string }> }>('/v1/people')).items.find(({ handle }) => handle === 'ada');
    const created = async () =>
      (await get<{ items: Array<{ revealed?: object; payload: object }> }>(`/v1/ledger?kind=person.created&subject=${person?.id}`)).items[0];
    const before = await created();
    expect(before?.revealed).toEqual({ after_name: 'Ada Lovelace', after_email: 'ada@example.test' });
    expect(JSON.stringify(before?.payload)).not.toContain('Lovelace');
    expect(await reeve('ledger', 'erase', '--subject', 'ada')).toMatchObject({ code: 0, out: expect.stringContaining('Erased 2 values') });
    expect(await created()).toMatchObject({ payload: before?.payload, revealed: { after_name: 'erased', after_email: 'erased' } });
    expect(await reeve('ledger', 'verify', '--checkpoint', at('both.jsonl'))).toMatchObject({ code: 0 });
    expect(await reeve('ledger', 'erase', '--subject', 'ada')).toMatchObject({ code: 1, err: expect.stringContaining('no personal data') });
    expect((await get<{ items: Array<{ actor: string }> }>('/v1/ledger?kind=ledger.personal_erased')).items).toMatchObject([{ actor: 'person:ada' }]);
  });

  it('sees the invariants hold, and a push by hand to the default branch that nothing explains', { timeout: 60_000 }, async () => {
    expect(await reeve('ledger', 'invariants')).toMatchObject({ code: 0, out: expect.stringMatching(/I1 +holds[^]*I5 +holds/) });
    const [project] = (await get<{ items: Array<{ key: string }> }>('/v1/projects')).items;
    git('commit', '--quiet', '--allow-empty', '-m', 'By hand');
    const found = await reeve('ledger', 'completeness', '--project', project?.key ?? '');
    expect(found).toMatchObject({ code: 1, out: expect.stringContaining('By hand') });
    expect(found.out).not.toContain('First');
    expect(await reeve('ledger', 'completeness', '--project', 'nothing')).toMatchObject({ code: 1, err: expect.stringContaining('no project') });
  });
});
