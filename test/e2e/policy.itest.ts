import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeOpa, type FakeOpa } from '../fakes/opa/server.ts';
import { runReeve, serve, type Ended, type ServeProcess } from '../kit/reeve.ts';

const STRICT = 'version: 1\nactions: { issue.label: { risk: low, mode: ask }, pr.label: { risk: low, mode: auto } }\n';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), 'reeve-policy-'));
  writeFileSync(path.join(cwd, 'strict.yaml'), STRICT);
  writeFileSync(path.join(cwd, 'bad.yaml'), 'version: 1\nactions: { pr.mrege: { risk: high }, pr.merge: { risk: high, mod: auto } }\nlimit: {}\n');
  writeFileSync(path.join(cwd, 'loosens.yaml'), '{ version: 1, actions: { pr.merge: { mode: auto } } }');
  writeFileSync(path.join(cwd, 'tightens.yaml'), '{ version: 1, actions: { pr.label: { mode: ask } } }');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const reeve = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> => runReeve(['policy', ...args], { cwd, env });

describe('reeve policy check, without a server', () => {
  it.each<[string[], number, string]>([
    [['check', 'strict.yaml'], 0, 'Valid. Hash '],
    [['check', 'bad.yaml'], 1, 'actions.pr.mrege: there is no such action kind; did you mean pr.merge?'],
    [['check', 'bad.yaml'], 1, 'actions.pr.merge.mod: there is no such key; did you mean mode?'],
    [['check', 'bad.yaml'], 1, 'limit: there is no such key; did you mean limits?'],
    [['check', 'loosens.yaml', '--base', 'default'], 1, 'actions.pr.merge.mode: auto would loosen require_approval'],
    [['check', 'tightens.yaml', '--base', 'strict.yaml'], 0, 'Valid. Hash '],
    [['check', 'tightens.yaml', '--base', 'bad.yaml'], 1, 'base: '],
    [['check', 'nowhere.yaml'], 2, 'cannot be read'],
    [['check'], 2, 'missing required argument'],
  ])('%j exits %i', async (args, code, words) => {
    const ended = await reeve(args);
    expect([ended.code, `${ended.stdout}${ended.stderr}`]).toEqual([code, expect.stringContaining(words)]);
  });

  it('prints one JSON document with every problem', async () => {
    const { stdout } = await reeve(['check', 'bad.yaml', '--json']);
    const report = JSON.parse(stdout) as { valid: boolean; problems: { path: string }[] };
    expect(report.valid).toBe(false);
    expect(report.problems.map((problem) => problem.path).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'actions.pr.merge.mod',
      'actions.pr.mrege',
      'limit',
    ]);
  });
});

describe('reeve policy, with a server that asks an OPA as well', () => {
  let opa: FakeOpa;
  let server: ServeProcess;
  beforeAll(async () => {
    opa = await startFakeOpa();
    opa.rule(({ action_kind: kind }) => ({ effect: kind === 'pr.check' ? 'deny' : 'auto', reason: kind === 'pr.check' ? 'not on Fridays' : '' }));
    writeFileSync(
      path.join(cwd, 'reeve.yaml'),
      `policy_engine: opa\npolicy_engine_url: ${opa.url}\nallow_private_hosts: ['${new URL(opa.url).host}']\n`,
    );
    server = await serve({ cwd });
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await opa.close();
  });

  it('shows what is in force, says why, and what the engine said', async () => {
    expect((await reeve(['show'])).stdout).toMatch(/^# default, hash [0-9a-f]{64}\n# beside it opa, version /);
    const explained = await reeve(['explain', 'pr.create', '--fact', 'plan.approved=true', '--fact', 'change.files=41']);
    expect(explained.stdout).toContain('pr.create: require_approval by 1 of maintainer');
    expect(explained.stdout).toContain('because of limits.max_files_per_change: 41 files are more than 40.');
    expect(explained.stdout).toContain('when "plan.approved": true');
    const denied = JSON.parse((await reeve(['explain', 'pr.check', '--json'])).stdout) as Record<string, unknown>;
    expect(denied).toMatchObject({ answer: 'deny', rule: 'engine.opa', reason: 'opa: not on Fridays' });
    expect((await reeve(['explain', 'pr.label', '--project', 'nowhere'])).code).toBe(1);
    expect((await reeve(['explain', 'pr.label', '--fact', 'nonsense'])).code).toBe(2);
  });

  it('simulates and proposes a text, which people then decide', async () => {
    const simulated = await reeve(['simulate', 'strict.yaml', '--since', '30d']);
    expect([simulated.code, simulated.stdout]).toEqual([0, expect.stringContaining('decisions since')]);
    expect((await reeve(['simulate', 'bad.yaml'])).code).toBe(2);
    const proposed = JSON.parse((await reeve(['activate', 'strict.yaml', '--json'])).stdout) as { action_id: string; status: string };
    expect(proposed.status).toBe('pending');
    const card = (await runReeve(['approvals', 'show', proposed.action_id], { cwd })).stdout;
    expect(card).toContain('policy.update (high risk)');
    expect(card).toContain('issue.label: { risk: low, mode: ask }');
    // Who asked never decides, and nobody else has: the old policy is in force.
    expect((await runReeve(['approvals', 'approve', proposed.action_id], { cwd })).code).toBe(1);
    const { items } = JSON.parse((await reeve(['list', '--json'])).stdout) as { items: { source: string }[] };
    expect(items.map(({ source }) => source)).toEqual(['default']);
  });

  it('denies everything once the OPA is gone, and doctor says so', async () => {
    await opa.close();
    const explained = JSON.parse((await reeve(['explain', 'pr.label', '--json'])).stdout) as Record<string, unknown>;
    expect(explained).toMatchObject({ answer: 'deny', rule: 'engine.opa' });
    const doctor = await runReeve(['doctor'], { cwd });
    expect(doctor.stdout).toMatch(/FAIL policy: opa gave no answer/);
  });

  it('takes no policy past the simulation', async () => {
    const token = readFileSync(path.join(cwd, '.reeve', 'cli-token'), 'utf8').trim();
    const response = await fetch(`${server.url}/v1/actions/propose`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'policy.update', target: { forge: 'reeve', repo: 'policy' }, args: { text: STRICT } }),
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([422, 'policy_by_activation']);
  });
});
