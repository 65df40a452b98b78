import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesOf, openAgents, scriptedAgent, shellAgent, type Installed } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import { ChangeRequestDocument } from '#modules/change-requests/index.ts';
import type { RunBrief } from './model.brief.ts';
import type { AgentSpec, RunOutcome, RunRequest } from './model.ts';
import type { z } from 'zod';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const never = new AbortController().signal;

interface Done {
  outcome: RunOutcome;
  request: RunRequest;
  installed: Awaited<ReturnType<typeof openAgents>>;
}

/** One agent named `coder`, one run of it. */
async function run(
  spec: z.input<typeof AgentSpec>,
  change: { brief?: RunBrief; request?: Partial<RunRequest>; installed?: Partial<Installed> } = {},
): Promise<Done> {
  const installed = await openAgents(world, world.db, { agents: { coder: spec }, brief: change.brief ?? world.brief(), ...change.installed });
  const request = world.request(change.request);
  const outcome = await installed.agents.execute(request, never);
  return { outcome, request, installed };
}

function expectNothingLeft(request: RunRequest): void {
  expect(existsSync(path.join(world.folder, 'data/worktrees', request.runId))).toBe(false);
  expect(existsSync(path.join(world.folder, 'data/homes', request.runId))).toBe(false);
  expect(processesOf(request.runId)).toEqual([]);
}

function processesOf(runId: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`REEVE_RUN_ID=${runId}`);
    } catch {
      return false;
    }
  });
}

const failedWith = (failure: string) => ({ kind: 'failed', failure });

test('an ACP agent that edits files ends in a change request that Reeve checked itself, and the worktree is gone', async () => {
  const steps = [
    { say: 'I look at the cart.' },
    { edit: 'src/cart.js', edits: [{ search: '[...cart, n]', replace: '(n < 0 ? [] : [...cart, n])' }] },
    { write: 'src/new/limits.js', content: 'export const MOST = 99;\n' },
    { delete: 'src/money.js' },
    { usage: { input: 120, output: 30 } },
  ];
  const brief = world.brief({ checks: [{ name: 'syntax', command: 'node --check src/cart.js && echo fine', timeout_s: 60 }] });
  const { outcome, request, installed } = await run(scriptedAgent(world.folder, steps), { brief });

  if (outcome.kind !== 'change_request') throw new Error(JSON.stringify(outcome));
  const document = ChangeRequestDocument.parse(outcome.changeRequest);
  expect(document).toMatchObject({
    task_id: request.taskId,
    attempt: 1,
    repo: 'acme/shop',
    target: 'ai-7',
    base: world.base,
    intent: { scope: ['src/**'] },
  });
  expect(document.changes).toEqual([
    {
      op: 'modify',
      path: 'src/cart.js',
      base_blob: world.git('rev-parse', 'HEAD:src/cart.js'),
      content: 'export const add = (cart, n) => (n < 0 ? [] : [...cart, n]);\n',
    },
    { op: 'delete', path: 'src/money.js', base_blob: world.git('rev-parse', 'HEAD:src/money.js') },
    { op: 'create', path: 'src/new/limits.js', content: 'export const MOST = 99;\n' },
  ]);
  expect(outcome.checks).toMatchObject([{ name: 'syntax', exit_code: 0, output: 'fine\n' }]);

  const stored = await installed.agents.get(request.runId);
  expect(stored).toMatchObject({
    state: 'succeeded',
    baseCommit: world.base,
    sandbox: 'none',
    sealed: false,
    usage: { inputTokens: 120, outputTokens: 30 },
    promptVersion: 'coder.bugfix@3',
  });
  expect(stored?.promptHash).toMatch(/^[0-9a-f]{64}$/);
  expect((await installed.agents.history(request.runId)).map((entry) => entry.state)).toEqual([
    'queued',
    'preparing',
    'running',
    'checking',
    'succeeded',
  ]);
  expect(installed.ledger.map((entry) => entry.kind)).toEqual(['run.queued', 'run.preparing', 'run.started', 'run.checking', 'run.succeeded']);
  expect(installed.events.map((event) => event.type)).toEqual(installed.ledger.map((entry) => entry.kind));
  expectNothingLeft(request);
  expect(await installed.mirror.resolve(`refs/heads/reeve/run/${request.runId}`)).toBeNull();
});

test('a run that has an outcome answers it again without running the agent again', async () => {
  const { outcome, request, installed } = await run(shellAgent('date +%N > src/when.js'));
  expect(await installed.agents.execute(request, never)).toEqual(outcome);
  expect(await installed.agents.outcome(request.runId)).toEqual(outcome);
  expect((await installed.agents.get(request.runId))?.execution).toBe(1);
});

test('two calls at the same time are one execution', async () => {
  const installed = await openAgents(world, world.db, { agents: { coder: shellAgent('echo 1 > src/one.js') }, brief: world.brief() });
  const request = world.request();
  const [a, b] = await Promise.all([installed.agents.execute(request, never), installed.agents.execute(request, never)]);
  expect(a).toEqual(b);
  expect((await installed.agents.get(request.runId))?.execution).toBe(1);
});

test('a step that asks twice for the same task, role and attempt gets the same run', async () => {
  const installed = await openAgents(world, world.db, { agents: { coder: shellAgent('true') }, brief: world.brief() });
  const first = await installed.agents.ensureRun(world.request({ attempt: 50, base: world.base }));
  const second = await installed.agents.ensureRun(world.request({ attempt: 50, base: world.base }));
  expect(second.id).toBe(first.id);
  expect(second.baseCommit).toBe(world.base);
  await installed.agents.stop(first.id, 'person:ann');
  expect((await installed.agents.ensureRun(world.request({ attempt: 50 }))).id).not.toBe(first.id);
});

test('text, binary content, a mode and a rename travel in the change request', async () => {
  const script = `printf 'a\\000b' > src/logo.png; printf '#!/bin/sh\\n' > src/run.sh; chmod +x src/run.sh; mv src/money.js src/coins.js; chmod +x src/cart.js`;
  const { outcome } = await run(shellAgent(script));
  if (outcome.kind !== 'change_request') throw new Error(JSON.stringify(outcome));
  expect(ChangeRequestDocument.parse(outcome.changeRequest).changes).toMatchObject([
    { op: 'modify', path: 'src/cart.js', mode: '100755' },
    { op: 'rename', from: 'src/money.js', path: 'src/coins.js', content: 'export const cents = (n) => n * 100;\n' },
    { op: 'create', path: 'src/logo.png', content_base64: Buffer.from('a\0b').toString('base64') },
    { op: 'create', path: 'src/run.sh', mode: '100755' },
  ]);
});

test('an agent that changes nothing fails with no_changes, whatever it says', async () => {
  const { outcome, request, installed } = await run(scriptedAgent(world.folder, [{ say: 'All done, everything works.' }]));
  expect(outcome).toMatchObject({ ...failedWith('no_changes'), retryable: true });
  expect(await installed.agents.get(request.runId)).toMatchObject({ state: 'failed', failure: 'no_changes', keptRef: null });
  expectNothingLeft(request);
});

test('a change outside the scope is refused with its paths and fed back, and the work is kept', async () => {
  const { outcome, request, installed } = await run(shellAgent('echo x >> src/cart.js; echo x >> docs/readme.md'));
  expect(outcome).toMatchObject({
    ...failedWith('out_of_scope'),
    detail: "The agent changed files outside the task's scope: docs/readme.md.",
    feedback: expect.stringContaining('docs/readme.md'),
  });
  const stored = await installed.agents.get(request.runId);
  expect(stored?.keptRef).toBe(`refs/reeve/runs/${request.runId}`);
  expect((await installed.mirror.readFile(stored?.keptRef ?? '', 'docs/readme.md'))?.toString()).toBe('# Shop\nx\n');
  expect(readFileSync(path.join(world.folder, 'data/blobs', stored?.keptPatch ?? ''), 'utf8')).toContain('+x');
  expectNothingLeft(request);
});

test('a lockfile the agent changed beside its work is no breach', async () => {
  const { outcome } = await run(shellAgent('echo x >> src/cart.js; echo "{}" > package-lock.json'));
  expect(outcome.kind).toBe('change_request');
});

test.each([
  ['a symbolic link', 'ln -s /etc/passwd src/link', 'src/link (symbolic link)'],
  [
    'a nested repository',
    'git init -q src/inner && cd src/inner && echo 1 > f && git add f && git -c user.name=a -c user.email=a@b commit -qm x',
    'src/inner (submodule',
  ],
])('%s is refused', async (_name, script, words) => {
  const { outcome } = await run(shellAgent(script), { brief: world.brief({ scope: ['**'] }) });
  expect(outcome).toMatchObject({ ...failedWith('out_of_scope'), detail: expect.stringContaining(words) });
});

test('a change with too many files is refused as too large', async () => {
  const { outcome } = await run(shellAgent('for i in 1 2 3 4; do echo $i > src/f$i.js; done'), { brief: world.brief({ maxFiles: 3 }) });
  expect(outcome).toMatchObject(failedWith('too_large'));
});

test('failing checks fail the run with the failing part as feedback, and the next attempt gets it in its prompt', async () => {
  const brief = world.brief({
    checks: [
      { name: 'good', command: 'echo nothing to see', timeout_s: 60 },
      { name: 'test', command: 'echo "not ok 1 - refuses -1"; exit 3', timeout_s: 60 },
    ],
  });
  const first = await run(shellAgent('echo x >> src/cart.js'), { brief });
  if (first.outcome.kind !== 'failed') throw new Error('it must fail');
  expect(first.outcome).toMatchObject({ failure: 'checks_failed', detail: '1 of 2 checks failed: test (exit code 3): not ok 1 - refuses -1' });
  expect(first.outcome.feedback).toContain('Check "test" (echo "not ok 1 - refuses -1"; exit 3) ended with code 3:\nnot ok 1 - refuses -1');
  expect(await first.installed.agents.get(first.request.runId)).toMatchObject({
    checks: [
      { name: 'good', exit_code: 0 },
      { name: 'test', exit_code: 3 },
    ],
  });

  const second = await run(shellAgent('cp "$HOME/prompt.txt" src/prompt.txt'), {
    brief: world.brief(),
    request: { attempt: 2, feedback: first.outcome.feedback },
  });
  if (second.outcome.kind !== 'change_request') throw new Error(JSON.stringify(second.outcome));
  const [prompt] = ChangeRequestDocument.parse(second.outcome.changeRequest).changes;
  expect(prompt).toMatchObject({
    path: 'src/prompt.txt',
    content: expect.stringMatching(/<data name="feedback" fence="[0-9a-f]{32}">\nCheck "test"[\s\S]*not ok 1 - refuses -1\n<\/data/),
  });
  expect(prompt).toMatchObject({ content: expect.stringMatching(/<data name="standards" fence="[0-9a-f]{32}">\n--- AGENTS.md\n# Rules/) });
});

test('NULs and broken Unicode in the output of checks, in names of files and in feedback do not keep a run from ending', async () => {
  const brief = world.brief({ checks: [{ name: 'binary', command: "printf 'a\\000b\\377'; exit 1", timeout_s: 60 }] });
  const red = await run(shellAgent('echo x >> src/cart.js'), { brief, request: { feedback: 'a\0b \ud83d' } });
  expect(red.outcome).toMatchObject({ ...failedWith('checks_failed'), feedback: expect.stringContaining('a\uFFFDb\uFFFD') });
  expect(await red.installed.agents.outcome(red.request.runId)).toEqual(red.outcome);
  const odd = await run(shellAgent('touch "$(printf \'src/odd\\377.js\')"'));
  expect(odd.outcome).toMatchObject({ ...failedWith('out_of_scope'), detail: expect.stringContaining('not Unicode') });
});

test('a check that the project does not define fails', async () => {
  const { outcome } = await run(shellAgent('echo x >> src/cart.js'), {
    brief: world.brief({ checks: [{ name: 'lint', command: '', timeout_s: 1 }] }),
  });
  expect(outcome).toMatchObject({ ...failedWith('checks_failed'), feedback: expect.stringContaining('defines no check named "lint"') });
});

test('a check that hangs is ended at its time limit with what it started', async () => {
  const { outcome, request } = await run(shellAgent('echo x >> src/cart.js'), {
    brief: world.brief({ checks: [{ name: 'hang', command: 'sleep 600 & echo waiting; sleep 600', timeout_s: 1 }] }),
  });
  expect(outcome).toMatchObject({
    ...failedWith('checks_failed'),
    feedback: expect.stringContaining('did not finish:\nwaiting\n\n[stopped after 1 s]'),
  });
  expectNothingLeft(request);
});

test.each([
  ['its files', [{ deleteEverything: true }]],
  ['its folder too', [{ run: 'cd / && rm -rf "$OLDPWD"' }]],
])('an agent that deletes everything, %s, ends in a clear sentence and the repository is unharmed', async (_name, steps) => {
  const { outcome, request, installed } = await run(scriptedAgent(world.folder, steps), { brief: world.brief({ scope: ['**'] }) });
  expect(outcome).toMatchObject(failedWith('out_of_scope'));
  expect(outcome).toMatchObject({ detail: expect.stringMatching(/deleted every file|worktree is gone/) });
  expect((await installed.mirror.listTree(world.base)).length).toBeGreaterThan(5);
  expectNothingLeft(request);
});

test('what an agent committed by itself counts like what it left in the files', async () => {
  const { outcome, request, installed } = await run(
    shellAgent('echo 1 > src/committed.js; git add -A; git -c user.name=a -c user.email=a@b.c commit -qm mine; echo 2 > src/left.js'),
  );
  if (outcome.kind !== 'change_request') throw new Error(JSON.stringify(outcome));
  expect(ChangeRequestDocument.parse(outcome.changeRequest).changes.map((change) => change.path)).toEqual(['src/committed.js', 'src/left.js']);
  expectNothingLeft(request);
  expect(await installed.mirror.resolve(`refs/heads/reeve/run/${request.runId}`)).toBeNull();
});

test('processes an agent leaves behind, detached from it, are ended', async () => {
  const { outcome, request } = await run(
    scriptedAgent(world.folder, [{ write: 'src/a.js', content: 'x\n' }, { leaveChildren: { count: 3, seconds: 600 } }]),
  );
  expect(outcome.kind).toBe('change_request');
  expectNothingLeft(request);
});

test('an agent that crashes fails as crashed and its half work is kept', async () => {
  const { outcome, request, installed } = await run(
    scriptedAgent(world.folder, [{ write: 'src/half.js', content: 'half\n' }, { crash: { exitCode: 7, message: 'out of ideas' } }]),
  );
  expect(outcome).toMatchObject({ ...failedWith('crashed'), retryable: true });
  const stored = await installed.agents.get(request.runId);
  expect((await installed.mirror.readFile(stored?.keptRef ?? '', 'src/half.js'))?.toString()).toBe('half\n');
  expectNothingLeft(request);
});

test('a command that is not there and an agent nobody configured are told in a sentence', async () => {
  const { outcome, request } = await run({ harness: 'exec', command: ['no-such-agent-here'], sandbox: 'none' });
  expect(outcome).toMatchObject({ ...failedWith('spawn_failed'), retryable: false, detail: expect.stringContaining('no-such-agent-here') });
  expectNothingLeft(request);
  const installed = await openAgents(world, world.db, { agents: { coder: shellAgent('true') }, brief: world.brief() });
  await expect(installed.agents.ensureRun(world.request({ agent: 'ghost', attempt: 60 }))).rejects.toMatchObject({
    code: 'agent_unknown',
    hint: expect.stringContaining('coder'),
  });
});

test('an agent that goes silent is ended by its idle limit', async () => {
  const { outcome, request } = await run(scriptedAgent(world.folder, [{ hang: { stubborn: true } }], { limits: { idle_minutes: 0.02 } }));
  expect(outcome).toMatchObject(failedWith('idle_limit'));
  expectNothingLeft(request);
});

test('the agent sees the variables its configuration names and no other', async () => {
  const { outcome } = await run(
    shellAgent('env | cut -d= -f1 | sort > src/env.txt; echo "$ALLOWED" >> src/env.txt', { env: ['ALLOWED', 'NOT_SET'] }),
    {
      installed: { environment: { ALLOWED: 'yes, this', SECRET_TOKEN: 'hunter2' } },
    },
  );
  if (outcome.kind !== 'change_request') throw new Error(JSON.stringify(outcome));
  const [env] = ChangeRequestDocument.parse(outcome.changeRequest).changes;
  expect(env).toMatchObject({ content: expect.stringContaining('yes, this') });
  expect(env).not.toMatchObject({ content: expect.stringMatching(/SECRET_TOKEN|REEVE_ADMIN|NOT_SET/) });
  expect(env).toMatchObject({ content: expect.stringContaining('REEVE_RUN_ID') });
});

test('a secret in the output of agent and checks is redacted in log, checks and feedback', async () => {
  const { outcome, request, installed } = await run(shellAgent('echo the password is hunter2; echo x >> src/cart.js'), {
    brief: world.brief({ checks: [{ name: 'leaky', command: 'echo hunter2; exit 1', timeout_s: 60 }] }),
    installed: { secret: 'hunter2' },
  });
  const told = JSON.stringify([outcome, await installed.agents.get(request.runId), await linesOf(installed.agents.log(request.runId))]);
  expect(told).toContain('[redacted]');
  // The check's own command names it: configuration is shown as it is written.
  expect(told.replaceAll('echo hunter2; exit 1', '')).not.toContain('password is hunter2');
  expect(JSON.stringify((await installed.agents.get(request.runId))?.checks[0]?.output)).toBe('"[redacted]\\n"');
});

test('a secret parted by colours, which the reason puts together again, is redacted there and in the feedback', async () => {
  const { outcome } = await run(shellAgent('echo x >> src/cart.js'), {
    brief: world.brief({ checks: [{ name: 'leaky', command: "printf 'Error: hun\\033[1mter2\\033[0m is wrong'; exit 1", timeout_s: 60 }] }),
    installed: { secret: 'hunter2' },
  });
  expect(outcome).toMatchObject({
    detail: '1 of 1 checks failed: leaky (exit code 1): Error: [redacted] is wrong',
    feedback: expect.stringContaining('Error: [redacted] is wrong'),
  });
});

/** A provider that answers every chat with the same words and 40 tokens. */
async function serveModel(): Promise<{ url: string; keys: string[]; close(): void }> {
  const keys: string[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization ?? '');
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'use a guard' } }],
        usage: { prompt_tokens: 30, completion_tokens: 10, total_tokens: 40 },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, keys, close: () => void server.close() };
}

test.each(['bwrap', 'none'] as const)(
  'with sandbox %s the model is reached through the gateway: real key and count outside, and the budget ends the run',
  async (sandbox) => {
    const able = (await createSandbox().probe(sandbox)).ok;
    const model = await serveModel();
    const callModel = { callModel: { provider: 'openai', model: 'm', prompt: 'how?' } };
    const gateway = {
      upstream: () => ({
        upstream: { kind: 'openai' as const, baseUrl: model.url, apiKey: 'real-key' },
        price: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 },
      }),
    };
    const start = async (spec: z.input<typeof AgentSpec>, attempt: number) => {
      const installed = await openAgents(world, world.db, { agents: { coder: spec }, brief: world.brief() }, gateway);
      const request = world.request({ attempt });
      return { outcome: await installed.agents.execute(request, never), run: await installed.agents.get(request.runId) };
    };
    try {
      const fine = await start(scriptedAgent(world.folder, [callModel, { write: 'src/a.js', content: 'a\n' }], { sandbox }), 31);
      const poor = await start(
        scriptedAgent(world.folder, [callModel, callModel, callModel, { sleepMs: 20_000 }], { sandbox, limits: { tokens: 50 } }),
        32,
      );
      const used = { inputTokens: 30, outputTokens: 10, costMicros: 50 };
      expect(fine).toMatchObject(able ? { outcome: { kind: 'change_request' }, run: { usage: used } } : { outcome: failedWith('sandbox_missing') });
      expect(poor.outcome).toMatchObject(failedWith(able ? 'budget' : 'sandbox_missing'));
      expect(new Set(model.keys)).toEqual(new Set(able ? ['Bearer real-key'] : []));
    } finally {
      model.close();
    }
  },
);

test('a reviewer answers with a text and its changes of files are thrown away', async () => {
  const steps = [{ say: 'Reading.' }, { run: 'ls' }, { write: 'src/cart.js', content: 'ruined\n' }, { answer: '## Findings\n\nNone.' }];
  const { outcome, request, installed } = await run(scriptedAgent(world.folder, steps), {
    request: { role: 'reviewer', taskId: null, material: 'diff --git a/src/cart.js' },
  });
  expect(outcome).toMatchObject({ kind: 'text', text: expect.stringContaining('## Findings') });
  expect(await installed.agents.get(request.runId)).toMatchObject({
    state: 'succeeded',
    role: 'reviewer',
    keptRef: null,
    promptVersion: 'reviewer@2',
  });
  expectNothingLeft(request);
});

test('a base that does not exist is told in a sentence', async () => {
  const { outcome } = await run(shellAgent('true'), { request: { base: 'refs/heads/nowhere' } });
  expect(outcome).toMatchObject({ ...failedWith('setup_failed'), detail: expect.stringContaining('refs/heads/nowhere') });
});

test('without a working sandbox an unattended run is refused; with one the agent cannot reach outside of it', async () => {
  const canary = path.join(world.folder, 'canary.txt');
  execFileSync('sh', ['-c', 'echo top secret > "$1"', 'sh', canary]);
  const script = `cat '${canary}' > src/stolen.txt 2>/dev/null; echo done > src/done.txt`;
  const { outcome, installed } = await run(shellAgent(script, { sandbox: 'bwrap' }), {
    brief: world.brief({ checks: [{ name: 'there', command: 'test -f src/done.txt', timeout_s: 60 }] }, { sandbox: 'bwrap' }),
  });
  const changes = [
    { path: 'src/done.txt', content: 'done\n' },
    { path: 'src/stolen.txt', content: '' },
  ];
  const able = (await createSandbox().probe('bwrap')).ok;
  expect(outcome).toMatchObject(
    able ? { kind: 'change_request', changeRequest: { changes } } : { ...failedWith('sandbox_missing'), retryable: false },
  );
  expect(installed.ledger.find((entry) => entry.kind === 'run.preparing')?.payload).toMatchObject({ sandbox: 'bwrap', sealed: true });
});

test('a level that does not work on this machine refuses the run before anything is made', async () => {
  const { outcome, request } = await run(shellAgent('echo x > src/x.js', { sandbox: 'container' }));
  expect(outcome).toMatchObject({ ...failedWith('sandbox_missing'), detail: expect.stringContaining('`sandbox: none`') });
  expectNothingLeft(request);
});
