import { execFile, execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runReeve, spawnReeve } from '../kit/reeve.ts';
import { LONG } from '../kit/long.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

interface Summary {
  issues: { total: number; merged: number; duplicates: number; declined: number; asked: number; failed: number };
  change_requests: { submitted: number; landed: number; quarantined: number };
  approvals: number;
  ledger: { entries: number; verified: boolean };
  branch_head: string;
  elapsed_ms: number;
}

describe('a stranger tries the demo', () => {
  it('sees twelve issues through, each to its own end, with a verified ledger', { timeout: 300_000 }, async () => {
    const { stdout } = await run(process.execPath, ['bin/reeve.js', 'demo', '--yes', '--exit', '--json'], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    const summary = JSON.parse(stdout) as Summary;
    expect(summary.issues).toEqual({ total: 12, merged: 10, duplicates: 1, declined: 0, asked: 1, failed: 0 });
    // At least one change request was set aside (the conflict) and built again.
    expect(summary.change_requests.quarantined).toBeGreaterThanOrEqual(1);
    expect(summary.change_requests.landed).toBeGreaterThanOrEqual(20);
    expect(summary.approvals).toBeGreaterThanOrEqual(21);
    expect(summary.ledger.verified).toBe(true);
    expect(summary.ledger.entries).toBeGreaterThan(200);
    expect(summary.branch_head).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe.runIf(LONG)('a stranger who would rather decide', () => {
  /** Where the demo makes its data directory, so that what it leaves behind can be seen. */
  let folder: string;
  let demo: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-demo-'));
  });
  afterEach(async () => {
    if (demo !== undefined && demo.exitCode === null && demo.signalCode === null) {
      const ended = new Promise((resolve) => demo?.once('exit', resolve));
      demo.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  interface Approval {
    id: string;
    kind: string;
    status: string;
    work_item_id: string | null;
  }

  /** The server's address and the manager's token, from the line that says what to type. */
  function invitation(from: ChildProcess): Promise<Record<string, string>> {
    return new Promise((resolve, reject) => {
      let said = '';
      from.once('exit', () => reject(new Error(`The demo ended without saying how to decide: ${said}`)));
      from.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
      from.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
        const found = /export REEVE_URL=(\S+) REEVE_TOKEN=(\S+)/.exec(said);
        if (found !== null) resolve({ REEVE_URL: found[1] ?? '', REEVE_TOKEN: found[2] ?? '' });
      });
    });
  }

  it('finds the demo waiting, moves one issue on from another terminal, and stops it all with Ctrl-C', { timeout: 240_000 }, async () => {
    demo = spawnReeve(['demo'], { cwd: folder, env: { TMPDIR: folder } });
    const env = await invitation(demo);
    const reeve = async <Body>(...args: string[]): Promise<Body> => {
      const { code, stdout, stderr } = await runReeve([...args, '--json'], { cwd: folder, env });
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as Body;
    };
    const waiting = async () => (await reeve<{ items: Approval[] }>('approvals', 'list')).items;
    const issues = async () => (await reeve<{ items: { id: string; number: number; state: string }[] }>('issue', 'list')).items;
    const stateOf = async (id: string) => (await issues()).find((issue) => issue.id === id)?.state;

    // The first sample issue needs its plan approved, like most of the others.
    let issue = '';
    while (issue === '') issue = (await issues()).find(({ number }) => number === 1)?.id ?? '';
    let plan: Approval | undefined;
    while (plan === undefined) plan = (await waiting()).find((approval) => approval.work_item_id === issue);
    expect(plan.kind).toBe('plan.approve');
    // Nobody decides for us, however long it takes: the same approval is there a while later, and the issue where it was.
    await delay(3000);
    expect(await waiting()).toContainEqual(expect.objectContaining({ id: plan.id, status: 'pending' }));
    expect(await stateOf(issue)).toBe('awaiting_approval');

    const approved: string[] = [];
    while ((await stateOf(issue)) !== 'merged') {
      for (const { id } of (await waiting()).filter((approval) => approval.work_item_id === issue)) {
        expect(await reeve<Approval>('approvals', 'approve', id)).toMatchObject({ id, status: 'approved' });
        approved.push(id);
      }
    }
    expect(approved).toContain(plan.id);
    // The others wait on.
    expect((await waiting()).length).toBeGreaterThan(5);
    expect((await issues()).filter(({ state }) => state === 'merged')).toHaveLength(1);

    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      demo?.once('exit', (code, signal) => resolve({ code, signal }));
    });
    demo.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(readdirSync(folder)).toEqual([]);
    expect(execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' })).not.toContain(folder);
  });
});
