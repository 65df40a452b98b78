import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, HEAD, merge, person, propose, type Governance } from '../../../test/kit/governance.ts';
import type { Action } from './model.ts';
import { createForgeEffects } from './steps.effects.forge.ts';
import type { EffectPorts } from './steps.effects.ts';

/* A merge that waits in the forge's own queue when those who allowed it no longer may: the forge does not go on alone. */
let database: TestDatabase;
let on: Governance;
/** How the pull request stands on the forge, and what was asked of it. */
let pull: { state: 'open' | 'merged' | 'closed'; queued: boolean };
let asked: string[];
let askedAt: Array<Date | undefined>;
/** What the forge does when it is told to let go. */
let letsGo: () => void;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

beforeEach(() => {
  on = createGovernance(database.db);
  pull = { state: 'open', queued: false };
  asked = [];
  askedAt = [];
  letsGo = () => (pull.queued = false);
  const read = { pullByNumber: async () => ({ number: 7, headSha: HEAD, url: 'u', mergeSha: pull.state === 'merged' ? 'c0ffee' : null, ...pull }) };
  const write = {
    async mergePull(_: unknown, given: { askedAt?: Date }) {
      asked.push('merge');
      askedAt.push(given.askedAt);
      pull.queued = true;
      throw new AppError('unavailable', 'It waits in the queue.', { code: 'in_forge_queue' });
    },
    async leaveQueue() {
      asked.push('leave');
      letsGo();
    },
  };
  const ports = { forge: () => ({ read, write }), tracker: () => ({}), mirrorDir: () => '/nowhere' };
  for (const effect of createForgeEffects(ports as unknown as EffectPorts)) if (effect.kind === 'pr.merge') on.actions.register(effect);
});

async function approved(): Promise<Action> {
  const action = await propose(on, merge());
  await on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person('mia'));
  return action;
}
async function waiting(): Promise<Action> {
  const action = await approved();
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ code: 'in_forge_queue' });
  return action;
}

test.each<[string, () => void, string, string]>([
  ['its approver is gone', () => (on.state.roles['mia'] = 'viewer'), 'failed', 'policy_stricter'],
  ['the policy became stricter', () => (on.state.policyText = 'version: 9'), 'failed', 'policy_stricter'],
  ['the repository left the allowlist', () => (on.state.refusal = 'acme/shop is not on the allowlist.'), 'failed', 'target_not_allowed'],
  ['the project went to shadow', () => (on.state.shadow = true), 'shadowed', ''],
])('is taken out of the queue when %s, before its end is recorded', async (_, change, status, code) => {
  const action = await waiting();
  expect(await on.actions.mayGoOn(action.id)).toBe(true);
  change();
  expect(await on.actions.mayGoOn(action.id)).toBe(false);
  expect(await on.actions.execute(action.id)).toMatchObject({ status, outcome: code === '' ? { would: 'execute' } : { code } });
  expect([asked, pull.queued]).toEqual([['merge', 'leave'], false]);
});

test('that was merged while it was taken out is recorded as done', async () => {
  const action = await waiting();
  on.state.shadow = true;
  letsGo = () => (pull = { state: 'merged', queued: false });
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed', outcome: { merge_sha: 'c0ffee' } });
});

test('that the forge does not let out yet goes on being asked for: its end is not recorded before', async () => {
  const action = await waiting();
  on.state.refusal = 'acme/shop is not on the allowlist.';
  letsGo = () => {
    throw new AppError('unavailable', 'It is being merged.', { code: 'queue_locked' });
  };
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ code: 'queue_locked' });
  expect((await on.actions.get(action.id))?.status).toBe('executing');
  letsGo = () => {
    throw new AppError('refused', 'Reeve may not write here.', { code: 'no_access' });
  };
  expect(await on.actions.execute(action.id)).toMatchObject({
    status: 'failed',
    outcome: { code: 'target_not_allowed', error: expect.stringContaining('could not be taken back: Reeve may not write here.') as string },
  });
});

test('that was never tried has nothing to take back, and one that may go on stays where it is', async () => {
  const untried = await approved();
  on.state.shadow = true;
  expect((await on.actions.execute(untried.id)).status).toBe('shadowed');
  on.state.shadow = false;
  const action = await waiting();
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ code: 'in_forge_queue' });
  expect(asked).toEqual(['merge', 'merge']);
});

test('that a person gives up is taken out of the queue and ends; what nothing waits for is not given up', async () => {
  const action = await waiting();
  const going = on.actions.execute(action.id);
  const ended = on.actions.giveUp(action.id, 'Stopped by ada.');
  await expect(going).rejects.toMatchObject({ code: 'in_forge_queue' });
  expect(await ended).toMatchObject({ status: 'failed', outcome: { code: 'given_up', error: 'Stopped by ada.' } });
  expect([asked, pull.queued]).toEqual([['merge', 'merge', 'leave'], false]);
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed' });
  const untried = await approved();
  await expect(on.actions.giveUp(untried.id, 'Stopped by ada.')).rejects.toMatchObject({ code: 'action_executing' });
  expect((await on.actions.get(untried.id))?.status).toBe('approved');
  const kept = await waiting();
  letsGo = () => {
    throw new AppError('refused', 'Reeve may not write here.', { code: 'no_access' });
  };
  await expect(on.actions.giveUp(kept.id, 'Stopped by ada.')).rejects.toMatchObject({ kind: 'conflict', code: 'action_executing' });
  expect((await on.actions.get(kept.id))?.status).toBe('executing');
});

test('what people did with the queue before its first attempt is no answer to it', async () => {
  const action = await approved();
  await database.db.run(sql`update actions set created_at = now() - interval '1 hour' where id = ${action.id}`);
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ code: 'in_forge_queue' });
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ code: 'in_forge_queue' });
  const [first, second] = askedAt;
  expect(first).toBeUndefined();
  // An hour lies between its proposal and its first attempt; the clocks may differ by a minute.
  const began = (await database.db.one<{ at: Date }>(sql`select min(started_at) as at from action_intents where action_id = ${action.id}`)).at;
  expect(began.getTime() - (second?.getTime() ?? 0)).toBe(60_000);
});
