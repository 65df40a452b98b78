import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAgents, linesOf, scriptedAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createToolServer } from '#connectors/mcp/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { Actor } from '#kernel/actor.ts';
import type { RunId } from '#kernel/ids.ts';
import { createAccess, type Access } from '#modules/access/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Question } from './model.questions.ts';
import type { AgentSpec, RunOutcome } from './model.ts';
import type { z } from 'zod';

const never = new AbortController().signal;
const ada: Actor = { kind: 'person', subject: 'person:ada', role: 'developer', personId: 'pers_1' };
const probe = await createSandbox().probe('bwrap');

let world: World;
let access: Access;
let tokens: string[] = [];
beforeAll(async () => {
  world = await createWorld();
  access = createAccess({
    db: world.db,
    clock: systemClock,
    ids: createIds(systemClock),
    ledger: { append: () => {} },
    people: { byHandle: async () => null, get: async () => null, holdActive: async () => false },
    adminToken: 'the-admin-token-of-this-test',
    registerSecret: () => {},
  });
});
afterAll(() => world.close());

/** Agents with tools, whose tokens are those of the real access module. */
async function open(spec: z.input<typeof AgentSpec>, landedMeanwhile: () => Promise<string[]> = async () => []) {
  tokens = [];
  const installed = await openAgents(
    world,
    world.db,
    { agents: { coder: spec }, brief: world.brief() },
    {
      tools: {
        server: createToolServer({ log: silentLog }),
        ids: createIds(systemClock),
        tokens: {
          async issue(tx, run) {
            const token = await access.issueRunToken(tx, run);
            tokens.push(token);
            return token;
          },
          revoke: (tx, runId: RunId) => access.revokeRunTokens(tx, runId),
        },
        landedMeanwhile,
      },
    },
  );
  return installed;
}
type Installed = Awaited<ReturnType<typeof open>>;

async function untilAsked({ agents }: Installed, runId: string): Promise<Question> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [question] = (await agents.questions({ state: 'waiting', runId, limit: 10 })).items;
    if (question !== undefined) return question;
    await sleep(50);
  }
  throw new Error('the agent asked nothing');
}

function fileOf(outcome: RunOutcome, path: string): string {
  if (outcome.kind !== 'change_request') throw new Error(JSON.stringify(outcome));
  const changes = outcome.changeRequest['changes'] as Array<{ path: string; content?: string }>;
  return changes.find((change) => change.path === path)?.content ?? '';
}

const ask = (question: string, more: object = {}) => ({ callTool: 'ask_human', arguments: { question, ...more }, as: 'answer' });
const note = { write: 'src/answer.txt', content: '{{answer}}\n' };

describe.runIf(probe.ok)('in a sealed sandbox', () => {
  test("an agent asks a person, waits longer than its idle limit, and works with the answer; its token is in nobody's environment", async () => {
    const look = { run: "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'; ls /run/reeve", tell: true };
    const spec = scriptedAgent(world.folder, [ask('Round up or down?', { choices: ['up', 'down'] }), note, look], {
      sandbox: 'bwrap',
      limits: { idle_minutes: 6 / 60 },
    });
    const installed = await open(spec);
    const request = world.request({ attempt: 1 });
    const done = installed.agents.execute(request, never);

    const question = await untilAsked(installed, request.runId);
    expect(question).toMatchObject({ runId: request.runId, taskId: request.taskId, agent: 'coder', choices: ['up', 'down'], state: 'waiting' });
    expect(await access.authenticate({ kind: 'bearer', secret: tokens[0] ?? '' })).toMatchObject({ kind: 'agent', runId: request.runId });
    await sleep(7500);
    await installed.agents.answerQuestion({ id: question.id, answer: 'Down, always.' }, ada);

    const outcome = await done;
    expect(fileOf(outcome, 'src/answer.txt')).toMatch(/^person:ada answered\..*\n<data name="answer" fence="[0-9a-f]+">\nDown, always\.\n<\/data/);
    const lines = await linesOf(installed.agents.log(request.runId));
    expect(lines.filter((line) => line['kind'] === 'question')).toMatchObject([
      { id: question.id, state: 'waiting', question: 'Round up or down?' },
      { id: question.id, state: 'answered', by: 'person:ada', answer: 'Down, always.' },
    ]);
    const said = JSON.stringify(lines);
    expect(said).toContain('tools.sock');
    expect(said).not.toContain(tokens[0]);
    expect(installed.ledger.filter(({ kind }) => kind.startsWith('question.'))).toMatchObject([
      { kind: 'question.asked', actor: 'agent:coder', subject: question.id, payload: { run_id: request.runId, question: 'Round up or down?' } },
      { kind: 'question.answered', actor: 'person:ada', subject: question.id, payload: { answer: 'Down, always.' } },
    ]);
    expect(await access.authenticate({ kind: 'bearer', secret: tokens[0] ?? '' })).toBeNull();
  });
});

test('when nobody answers in time the agent is told so and goes on', async () => {
  const installed = await open(scriptedAgent(world.folder, [ask('Is anybody there?'), note], { limits: { question_minutes: 0.02 } }));
  const request = world.request({ attempt: 2 });
  const outcome = await installed.agents.execute(request, never);
  expect(fileOf(outcome, 'src/answer.txt')).toMatch(/^Nobody answered within 0\.02 minutes\. Choose what changes least/);
  const [question] = (await installed.agents.questions({ runId: request.runId, limit: 10 })).items;
  expect(question).toMatchObject({ state: 'expired', answer: null });
  await expect(installed.agents.answerQuestion({ id: question?.id ?? '', answer: 'Now I am.' }, ada)).rejects.toMatchObject({ code: 'not_waiting' });
});

test('a question that was answered in an earlier try of the task is not put to people again', async () => {
  const first = await open(scriptedAgent(world.folder, [ask('Which name?'), note]));
  const request = world.request({ attempt: 3 });
  const done = first.agents.execute(request, never);
  await first.agents.answerQuestion({ id: (await untilAsked(first, request.runId)).id, answer: 'basket' }, ada);
  await done;
  const again = world.request({ attempt: 4 });
  const outcome = await first.agents.execute(again, never);
  expect(fileOf(outcome, 'src/answer.txt')).toContain('\nbasket\n');
  expect((await first.agents.questions({ runId: again.runId, limit: 10 })).items).toEqual([]);
});

test('only people answer, once; what a stopped run asked waits for nobody', async () => {
  const installed = await open(scriptedAgent(world.folder, [ask('May I?'), note]));
  const request = world.request({ attempt: 5 });
  const done = installed.agents.execute(request, never);
  const { id } = await untilAsked(installed, request.runId);
  const agent: Actor = { kind: 'agent', subject: 'agent:coder', role: 'agent', personId: null, runId: request.runId };
  for (const nobody of [agent, { kind: 'service', subject: 'token:admin', role: 'admin', personId: null } as const])
    await expect(installed.agents.answerQuestion({ id, answer: 'yes' }, nobody)).rejects.toMatchObject({ kind: 'forbidden', code: 'person_needed' });
  await installed.agents.stop(request.runId, 'person:ada');
  expect(await done).toMatchObject({ kind: 'cancelled' });
  expect(await installed.agents.question(id)).toMatchObject({ state: 'withdrawn' });
  await expect(installed.agents.answerQuestion({ id, answer: 'yes' }, ada)).rejects.toMatchObject({ code: 'not_waiting' });
});

test('progress goes to the log and the stream, and the budget is told in figures', async () => {
  const steps = [
    { callTool: 'report_progress', arguments: { message: 'Half of it', fraction: 0.5, step: 'cart' } },
    { callTool: 'report_progress', arguments: { message: 'Wrong', fraction: 7 } },
    { callTool: 'budget_left', as: 'answer' },
    note,
  ];
  const landings = [['src/cart.ts'], ['src/cart.ts', 'src/tax.ts']];
  const installed = await open(
    scriptedAgent(world.folder, steps, { limits: { tokens: 1000, cost_usd: 2, wall_minutes: 10 } }),
    async () => landings.shift() ?? [],
  );
  const request = world.request({ attempt: 6 });
  const outcome = await installed.agents.execute(request, never);
  const budget = JSON.parse(fileOf(outcome, 'src/answer.txt')) as Record<string, unknown>;
  expect(budget).toMatchObject({ tokens_limit: 1000, tokens_left: null, cost_usd_limit: 2, cost_usd_left: null, questions_left: 10 });
  expect(budget['wall_clock_seconds_left']).toBeGreaterThan(500);
  // What the first report told is not told again.
  expect(budget['files_others_changed']).toEqual(['src/tax.ts']);
  const lines = await linesOf(installed.agents.log(request.runId));
  expect(lines.filter((line) => line['kind'] === 'progress')).toMatchObject([{ message: 'Half of it', fraction: 0.5, step: 'cart' }]);
  expect(installed.events.filter(({ type }) => type === 'run.progress')).toMatchObject([{ subject: request.runId, data: { message: 'Half of it' } }]);
});
