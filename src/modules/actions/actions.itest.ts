import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { AppError } from '#kernel/errors.ts';
import { createDb, createPool, sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  createGovernance,
  createWorld,
  effectsOf,
  HEAD,
  merge,
  person,
  proposal,
  propose,
  worldEffect,
  type Governance,
} from '../../../test/kit/governance.ts';
import type { Action } from './model.ts';
import { digestOf } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  await createWorld(database.db);
});
afterAll(() => database.close());

function estate(): Governance {
  return createGovernance(database.db);
}

const label = (more = {}) => proposal('pr.label', { args: { add: ['x'] }, ...more });

async function approved(on: Governance, action: Action, handle = 'mia'): Promise<Action> {
  await on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person(handle));
  return (await on.actions.get(action.id)) as Action;
}

const receipts = async (id: string): Promise<number> =>
  (await database.db.one<{ n: number }>(sql`select count(*) as n from action_receipts where action_id = ${id}`)).n;
const kindsOf = async (on: Governance, id: string): Promise<string[]> =>
  (await on.ledger.list({ limit: 200, subject: id })).items.map((entry) => entry.kind);

test('an action the policy allows runs once, and asking again answers the stored outcome', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const action = await propose(on, label());
  expect(action).toMatchObject({ status: 'approved', decision: { kind: 'auto' } });
  expect(action.digest).toBe(digestOf(action.record));
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed', outcome: { done: true } });
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed' });
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
  expect(await kindsOf(on, action.id)).toEqual(['action.proposed', 'action.approved', 'action.started', 'action.executed']);
});

test('the digest covers the record as it is read back from the database', async () => {
  const on = estate();
  const action = await propose(
    on,
    proposal('pr.comment.summary', { target: { forge: 'local', repo: 'r', number: 1 }, args: { body: 'ä\u0000\ud800 \u202E 1e3' } }),
  );
  const stored = (await on.actions.get(action.id)) as Action;
  expect(digestOf(stored.record)).toBe(action.digest);
  expect(stored.record.args['body']).toBe('ä\ufffd\ufffd  1e3');
});

test('the same key with the same proposal is the same action, with another proposal a conflict', async () => {
  const on = estate();
  const given = label();
  const first = await propose(on, given);
  expect((await propose(on, given)).id).toBe(first.id);
  await expect(propose(on, { ...given, args: { add: ['y'] } })).rejects.toMatchObject({ kind: 'conflict', code: 'idempotency_conflict' });
  expect(await kindsOf(on, first.id)).toEqual(['action.proposed', 'action.approved']);
});

test('twenty parallel proposals under one key make one action', async () => {
  const on = estate();
  const given = merge();
  const made = await Promise.all(Array.from({ length: 20 }, () => propose(on, given)));
  expect(new Set(made.map((action) => action.id)).size).toBe(1);
  expect(await kindsOf(on, made[0]?.id ?? '')).toEqual(['action.proposed']);
});

test('a target outside the allowlist is forbidden and leaves no row', async () => {
  const on = estate();
  on.state.refusal = 'acme/shop is not on the allowlist.';
  const given = label();
  await expect(propose(on, given)).rejects.toMatchObject({ kind: 'forbidden', code: 'target_not_allowed' });
  on.state.refusal = null;
  expect((await propose(on, given)).status).toBe('approved');
});

test('an allowed action whose repository left the allowlist is stopped at execution', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const action = await propose(on, label());
  on.state.refusal = 'The project opted out.';
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'target_not_allowed' } });
  expect(await effectsOf(database.db, action.id)).toBe(0);
});

test('what is of high risk stops at execution while Reeve itself could go around the protection of the branch', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  on.actions.register(worldEffect(database.db, 'pr.label'));
  on.state.guard = { guard: { isProtected: true, demandsPull: true, bypasses: ['ship it'], unknown: [] }, branch: 'main', attested: true };
  // What other tests left pending.
  await on.actions.lookAtGuards();
  const pending = await propose(on, merge());
  // People see it before they say yes, and see when it is mended.
  expect((await on.approvals.get(pending.id))?.warning).toBeNull();
  expect(await on.actions.lookAtGuards()).toBe(1);
  expect((await on.approvals.get(pending.id))?.warning).toContain('may go around "ship it" of main');
  expect(await on.actions.lookAtGuards()).toBe(0);
  await on.approvals.decide(pending.id, { decision: 'approve', digest: pending.digest }, person('mia'));
  expect(await on.actions.execute(pending.id)).toMatchObject({
    status: 'failed',
    outcome: { code: 'branch_unguarded', error: expect.stringContaining('may go around "ship it" of main') as string },
  });
  expect(await effectsOf(database.db, pending.id)).toBe(0);
  const harmless = await propose(on, label());
  expect((await on.actions.execute(harmless.id)).status).toBe('executed');
});

test('a denied action never runs', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.create'));
  on.state.facts = {};
  const args = { title: 't', body: 'b', head_branch: 'ai-1', base_branch: 'main' };
  const action = await propose(on, proposal('pr.create', { args, facts: { elsewhere: true } }));
  expect(action.status).toBe('denied');
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ kind: 'refused', code: 'action_denied' });
  expect(await kindsOf(on, action.id)).toEqual(['action.proposed', 'action.denied']);
});

test('a proposer cannot claim facts that Reeve observed otherwise', async () => {
  const on = estate();
  on.state.facts = { plan: { approved: false }, target: { is_default: true, is_checked_out: false } };
  const facts = { plan: { approved: true }, target: { branch: 'ai-1', is_default: false }, channel: { public: false } };
  const push = await propose(
    on,
    proposal('branch.push', { target: { forge: 'github', repo: 'acme/shop', branch: 'main' }, args: { sha: HEAD }, facts }),
  );
  expect(push.status).toBe('pending');
  const comment = await propose(on, proposal('pr.comment.summary', { args: { body: 'x' }, facts }));
  expect(comment).toMatchObject({ status: 'pending', decision: { mode: 'ask' } });
});

test('what people have not decided, or declined, or let pass, never runs', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const pending = await propose(on, merge());
  await expect(on.actions.execute(pending.id)).rejects.toMatchObject({ kind: 'refused', code: 'action_pending' });
  await on.approvals.decide(pending.id, { decision: 'decline', digest: pending.digest, reason: 'no' }, person('mia'));
  await expect(on.actions.execute(pending.id)).rejects.toMatchObject({ code: 'action_declined' });
  await expect(on.actions.execute('act_none')).rejects.toMatchObject({ kind: 'not_found' });
  expect(await effectsOf(database.db, pending.id)).toBe(0);
});

test('an approved action runs, and its receipt names who allowed it', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await approved(on, await propose(on, merge({ notifyWorkflow: 'story:1' })));
  expect(on.notices).toMatchObject([
    { workflowId: 'story:1', topic: `action:${action.id}`, notice: { actionId: action.id, status: 'approved', by: 'person:mia' } },
  ]);
  expect((await on.actions.execute(action.id, { base_sha: 'b'.repeat(40) })).status).toBe('executed');
  const [executed] = (await on.ledger.list({ limit: 1, subject: action.id, kind: 'action.executed' })).items;
  expect(executed?.payload).toMatchObject({ digest: action.digest, authorization: { by: 'people', voters: ['person:mia'], self_approved: false } });
  const world = await database.db.one<{ context: JsonObject }>(sql`select context from world where action_id = ${action.id}`);
  expect(world.context).toEqual({ base_sha: 'b'.repeat(40) });
});

test.each([
  ['denies it', 'version: 1\nactions: { pr.merge: { risk: high, mode: auto, when: "missing.field" } }', 'policy_stricter'],
  ['wants more people', 'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, min_approvals: 2 } }', 'policy_stricter'],
  ['wants a higher role', 'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, approvers: [role:manager] } }', 'policy_stricter'],
  ['cannot be read', 'version: 9', 'policy_stricter'],
])('a policy that %s between approval and execution stops the action', async (_, text, code) => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await approved(on, await propose(on, merge()));
  on.state.policyText = text;
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code, error: expect.any(String) } });
  // Loosening it again does not revive what has ended.
  on.state.policyText = 'version: 1\nactions: { pr.merge: { risk: low, mode: auto } }';
  expect((await on.actions.execute(action.id)).status).toBe('failed');
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([0, 0]);
});

test('what only the policy allowed stops when the policy now wants a person', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const action = await propose(on, label());
  on.state.policyText = 'version: 1\nactions: { pr.label: { risk: low, mode: ask } }';
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
});

test('an approver who lost the role before execution no longer counts', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await approved(on, await propose(on, merge()));
  on.state.roles['mia'] = 'developer';
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
});

test('a precondition that no longer holds stops the action', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge', { check: async () => 'The head moved.' }));
  const action = await approved(on, await propose(on, merge()));
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'precondition_failed', error: 'The head moved.' } });
  expect(await effectsOf(database.db, action.id)).toBe(0);
});

test('a record changed behind the approval is found out', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await approved(on, await propose(on, merge()));
  await database.db.run(sql`update actions set record = jsonb_set(record, '{args,message}', '"another"') where id = ${action.id}`);
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'digest_mismatch' } });
});

test('an unreachable forge is tried again later; the effect still counts once', async () => {
  const on = estate();
  let down = true;
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      before: async () => {
        if (down) throw new AppError('unavailable', 'The forge is down.');
      },
    }),
  );
  const action = await propose(on, label());
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await on.actions.get(action.id))?.status).toBe('executing');
  down = false;
  expect((await on.actions.execute(action.id)).status).toBe('executed');
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
});

test('an effect whose answer was lost is found by its probe and not done again', async () => {
  const on = estate();
  let lost = true;
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      after: async () => {
        if (lost) throw new Error('socket hang up');
      },
    }),
  );
  const action = await propose(on, label());
  await expect(on.actions.execute(action.id)).rejects.toThrow('socket hang up');
  lost = false;
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed', outcome: { found: true } });
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
});

test('an effect that happened gets its receipt even when the policy has become stricter meanwhile', async () => {
  const on = estate();
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      after: async () => {
        throw new Error('socket hang up');
      },
    }),
  );
  const action = await propose(on, label());
  await expect(on.actions.execute(action.id)).rejects.toThrow('socket hang up');
  on.state.policyText = 'version: 1\nactions: {}';
  expect((await on.actions.execute(action.id)).status).toBe('executed');
  expect(await receipts(action.id)).toBe(1);
});

test('a base that moved after it was verified leaves the action approved: it runs with newer facts, or is taken back', async () => {
  const on = estate();
  let base = 'b'.repeat(40);
  on.actions.register({
    ...worldEffect(database.db, 'pr.merge'),
    async run(action, context) {
      if (context['base_sha'] !== base) throw new AppError('conflict', 'The base moved.', { code: 'base_moved' });
      return worldEffect(database.db, 'pr.merge').run(action, context);
    },
  });
  const action = await approved(on, await propose(on, merge()));
  const lost = await approved(on, await propose(on, merge()));
  for (const { id } of [action, lost]) {
    await expect(on.actions.execute(id, { base_sha: 'c'.repeat(40) })).rejects.toMatchObject({ kind: 'conflict', code: 'base_moved' });
    expect((await on.actions.get(id))?.status).toBe('approved');
  }
  base = 'd'.repeat(40);
  expect((await on.actions.execute(action.id, { base_sha: base })).status).toBe('executed');
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
  await on.db.tx((tx) => on.actions.withdraw(tx, lost.id, 'built again'));
  await expect(on.actions.execute(lost.id, { base_sha: base })).rejects.toMatchObject({ code: 'action_superseded' });
});

test('a base that was itself approved and has moved is final', async () => {
  const on = estate();
  on.actions.register(
    worldEffect(database.db, 'pr.merge', {
      before: async () => {
        throw new AppError('conflict', 'The base moved.', { code: 'base_moved' });
      },
    }),
  );
  const action = await approved(on, await propose(on, merge({ preconditions: { headSha: HEAD, baseSha: 'b'.repeat(40) } })));
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'base_moved' } });
});

test('a check that ends in a reasoned refusal stops the action; one that cannot be made is repeated', async () => {
  const on = estate();
  let error = new AppError('unavailable', 'The forge is down.');
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      check: async () => {
        throw error;
      },
    }),
  );
  const action = await propose(on, label());
  await expect(on.actions.execute(action.id)).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await on.actions.get(action.id))?.status).toBe('approved');
  error = new AppError('not_found', 'The repository is gone.');
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'not_found', error: 'The repository is gone.' } });
});

test('a reasoned refusal of the forge is final and keeps its sentence', async () => {
  const on = estate();
  let runs = 0;
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      before: async () => {
        runs += 1;
        throw new AppError('conflict', 'The head moved.', { code: 'head_moved' });
      },
    }),
  );
  const action = await propose(on, label());
  for (let i = 0; i < 2; i += 1)
    expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { error: 'The head moved.', code: 'head_moved' } });
  expect(runs).toBe(1);
});

test('an unexplained error is tried five times, then given up', async () => {
  const on = estate();
  let runs = 0;
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      before: async () => {
        runs += 1;
        throw new TypeError('undefined is not a function');
      },
    }),
  );
  const action = await propose(on, label());
  for (let i = 0; i < 4; i += 1) await expect(on.actions.execute(action.id)).rejects.toThrow(TypeError);
  expect((await on.actions.execute(action.id)).status).toBe('failed');
  expect(runs).toBe(5);
});

test('two workers that execute at once produce one effect, and both hear the outcome', async () => {
  const pool = createPool({ connection: database.connection, max: 5 }, () => {});
  try {
    const workers = [createGovernance(database.db, { id: 'w1', epoch: 1 }), createGovernance(createDb(pool), { id: 'w2', epoch: 2 })];
    for (const worker of workers)
      worker.actions.register(worldEffect(database.db, 'pr.label', { before: () => new Promise((resolve) => setTimeout(resolve, 60)) }));
    const [one] = workers as [Governance];
    for (let round = 0; round < 5; round += 1) {
      const action = await propose(one, label());
      const answers = await Promise.all(workers.flatMap((worker) => [worker.actions.execute(action.id), worker.actions.execute(action.id)]));
      expect(answers.map((answer) => answer.status)).toEqual(['executed', 'executed', 'executed', 'executed']);
      expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
    }
  } finally {
    await pool.end();
  }
});

test('an effect survives the loss of its lock session, and later actions get a new one', async () => {
  const on = estate();
  let cut = 0;
  const cutLocks = async (): Promise<void> => {
    const rows = await database.db.all(
      sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())`,
    );
    cut += rows.length;
  };
  on.actions.register(worldEffect(database.db, 'pr.label', { before: cutLocks }));
  for (let round = 0; round < 3; round += 1) {
    const actions = [await propose(on, label()), await propose(on, label())];
    const answers = await Promise.allSettled(actions.map((action) => on.actions.execute(action.id)));
    expect(answers.some((answer) => answer.status === 'fulfilled')).toBe(true);
    for (const action of actions) {
      expect((await on.actions.execute(action.id)).status).toBe('executed');
      expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
    }
  }
  expect(cut).toBeGreaterThanOrEqual(3);
});

test('many actions at once share one lock session and leave none behind', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const actions = await Promise.all(Array.from({ length: 40 }, () => propose(on, label())));
  const answers = await Promise.all(actions.map((action) => on.actions.execute(action.id)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(['executed']));
  const left = await database.db.one<{ n: number }>(
    sql`select count(*) as n from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  expect(left.n).toBe(0);
  expect(database.pool.idleCount).toBe(database.pool.totalCount);
});

test('a worker of an older life of the same executor is fenced off', async () => {
  const young = createGovernance(database.db, { id: 'same', epoch: 2 });
  const old = createGovernance(database.db, { id: 'same', epoch: 1 });
  let down = true;
  const effect = worldEffect(database.db, 'pr.label', {
    before: async () => {
      if (down) throw new AppError('unavailable', 'down');
    },
  });
  young.actions.register(effect);
  old.actions.register(effect);
  const action = await propose(young, label());
  await expect(young.actions.execute(action.id)).rejects.toMatchObject({ kind: 'unavailable' });
  down = false;
  await expect(old.actions.execute(action.id)).rejects.toMatchObject({ code: 'action_taken_over' });
  expect(await effectsOf(database.db, action.id)).toBe(0);
  expect((await young.actions.execute(action.id)).status).toBe('executed');
});

/** A process of its own that executes an action and is killed at a fault point. Answers the signal that ended it. */
async function executeAndDie(actionId: string, crashAt: string): Promise<string | null> {
  const root = path.resolve(import.meta.dirname, '../../..');
  const at = (file: string): string => JSON.stringify(path.join(root, file));
  const program = `
    const { createDb, createPool } = await import(${at('src/platform/db/index.ts')});
    const { armCrashpoint } = await import(${at('src/platform/workflow/crashpoint.ts')});
    const { createGovernance, worldEffect } = await import(${at('test/kit/governance.ts')});
    const pool = createPool({ connection: ${JSON.stringify(database.connection)}, max: 4 }, () => {});
    const on = createGovernance(createDb(pool), { id: 'doomed', epoch: 1 });
    on.actions.register(worldEffect(on.db, 'pr.merge'));
    armCrashpoint(${JSON.stringify(crashAt)});
    await on.actions.execute(${JSON.stringify(actionId)});
    await pool.end();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.on('close', (...ended) => resolve(ended)));
  if (signal === null && code !== 0) throw new Error(errors);
  return signal;
}

test.each([
  'action.intent.before',
  'action.effect.before',
  'action.effect.after',
  'action.receipt.after',
  'ledger.append.after:1',
  'ledger.append.after:2',
])('kill -9 at %s: the effect happens once and has one receipt', async (point) => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await approved(on, await propose(on, merge()));
  expect(await executeAndDie(action.id, point)).toBe('SIGKILL');
  expect((await on.actions.execute(action.id)).status).toBe('executed');
  expect([await effectsOf(database.db, action.id), await receipts(action.id)]).toEqual([1, 1]);
  expect((await kindsOf(on, action.id)).filter((kind) => kind === 'action.executed')).toHaveLength(1);
  expect((await on.ledger.verify()).verified).toBe(true);
});

test('shadow mode records the decision and executes nothing, whenever it is switched on', async () => {
  const on = estate();
  for (const kind of ['pr.label', 'rollout.advance'] as const) on.actions.register(worldEffect(database.db, kind));
  const before = await propose(on, label());
  on.state.shadow = true;
  expect(await propose(on, merge())).toMatchObject({ status: 'shadowed', outcome: { would: 'approval' }, decision: { kind: 'approval' } });
  const during = await propose(on, label());
  expect(during).toMatchObject({ status: 'shadowed', outcome: { would: 'auto' } });
  expect((await on.actions.execute(during.id)).status).toBe('shadowed');
  expect((await on.actions.execute(before.id)).status).toBe('shadowed');
  expect(await effectsOf(database.db, before.id)).toBe(0);
  // Otherwise nobody could switch it off.
  on.state.policyText = on.state.policyText.replace(/^ {2}rollout\.advance:.*$/m, '  rollout.advance: { risk: low, mode: auto }');
  const advance = await propose(on, proposal('rollout.advance', { target: { forge: 'reeve', repo: 'rollout' }, args: { to: 'core' } }));
  expect((await on.actions.execute(advance.id)).status).toBe('executed');
});

test("the policy's own shadow counts too", async () => {
  const on = estate();
  on.state.policyText = `${on.state.policyText.replace('shadow: false', 'shadow: true')}`;
  expect((await propose(on, label())).status).toBe('shadowed');
});

test('a modification supersedes: other digest, other proposer, decided anew, and the workflow follows', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const old = await propose(on, merge({ notifyWorkflow: 'story:2' }));
  await on.approvals.decide(old.id, { decision: 'modify', digest: old.digest, modifiedArgs: { message: 'Better words' } }, person('mia'));
  const replaced = (await on.actions.get(old.id)) as Action;
  const successor = (await on.actions.get(replaced.supersededBy ?? '')) as Action;
  expect(replaced).toMatchObject({ status: 'superseded', outcome: { by: 'person:mia' } });
  expect(successor).toMatchObject({
    status: 'pending',
    supersedes: old.id,
    record: { args: { message: 'Better words' }, proposer: { subject: 'person:mia' }, trigger_user: 'dora' },
  });
  expect(successor.digest).not.toBe(old.digest);
  expect(on.notices.map(({ topic, notice }) => [topic, notice.status, notice.supersededBy])).toEqual([
    [`action:${old.id}`, 'modified', successor.id],
  ]);
  await expect(on.actions.execute(old.id)).rejects.toMatchObject({ code: 'action_superseded' });
  // Who rewrote it does not approve it; the old digest opens nothing.
  await expect(on.approvals.decide(successor.id, { decision: 'approve', digest: successor.digest }, person('mia'))).rejects.toMatchObject({
    code: 'requester_never_decides',
  });
  await expect(on.approvals.decide(successor.id, { decision: 'approve', digest: old.digest }, person('max'))).rejects.toMatchObject({
    code: 'digest_mismatch',
  });
  expect((await on.actions.execute((await approved(on, successor, 'max')).id)).status).toBe('executed');
});

test('a malformed modification changes nothing', async () => {
  const on = estate();
  const old = await propose(on, merge());
  await expect(
    on.approvals.decide(old.id, { decision: 'modify', digest: old.digest, modifiedArgs: { nonsense: true } }, person('mia')),
  ).rejects.toMatchObject({ kind: 'invalid' });
  await expect(on.approvals.decide(old.id, { decision: 'modify', digest: old.digest }, person('mia'))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'modified_args_missing',
  });
  expect((await on.approvals.get(old.id))?.status).toBe('pending');
});

test('a modification that the policy allows by itself wakes the workflow for the successor as well', async () => {
  const on = estate();
  const old = await propose(on, merge({ notifyWorkflow: 'story:3' }));
  on.state.policyText = 'version: 1\nactions: { pr.merge: { risk: low, mode: auto } }';
  await on.approvals.decide(old.id, { decision: 'modify', digest: old.digest, modifiedArgs: { message: 'm' } }, person('mia'));
  const successor = (await on.actions.get(old.id))?.supersededBy;
  expect(on.notices.map(({ topic, notice }) => [topic, notice.status])).toEqual([
    [`action:${old.id}`, 'modified'],
    [`action:${successor}`, 'approved'],
  ]);
});

test('an action that lost its purpose is taken back, but not one that has started or ended', async () => {
  const on = estate();
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      before: async () => {
        throw new AppError('unavailable', 'down');
      },
    }),
  );
  const take = (id: string): Promise<void> => on.db.tx((tx) => on.actions.withdraw(tx, id, 'no longer needed'));
  const pending = await propose(on, merge({ notifyWorkflow: 'story:4' }));
  await take(pending.id);
  expect(await on.actions.get(pending.id)).toMatchObject({ status: 'superseded', supersededBy: null, outcome: { reason: 'no longer needed' } });
  expect((await on.approvals.get(pending.id))?.status).toBe('withdrawn');
  expect(on.notices.at(-1)?.notice.status).toBe('withdrawn');
  await take(pending.id);
  const pointless = await propose(on, merge({ notifyWorkflow: 'story:5' }));
  await on.db.tx((tx) => on.actions.withdraw(tx, pointless.id, 'Merged by bob.', 'person:bob'));
  expect(on.notices.at(-1)?.notice).toMatchObject({ status: 'withdrawn', by: 'person:bob', reason: 'Merged by bob.' });
  const told = (await on.ledger.list({ limit: 10, subject: pointless.id })).items.find((entry) => entry.kind === 'action.withdrawn');
  expect(told).toMatchObject({ actor: 'person:bob', payload: { reason: 'Merged by bob.' } });
  const allowed = await approved(on, await propose(on, merge()));
  await take(allowed.id);
  await expect(on.actions.execute(allowed.id)).rejects.toMatchObject({ code: 'action_superseded' });
  const started = await propose(on, label());
  await expect(on.actions.execute(started.id)).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(take(started.id)).rejects.toMatchObject({ kind: 'conflict', code: 'action_executing' });
});

test('the sweep executes what was proposed over HTTP once it is allowed, and nothing else', async () => {
  const on = estate();
  for (const kind of ['pr.label', 'pr.merge'] as const) on.actions.register(worldEffect(database.db, kind));
  const auto = await propose(on, label({ runBy: 'executor' }));
  const waits = await propose(on, merge({ runBy: 'executor' }));
  const called = await propose(on, label());
  expect(await on.actions.executeDue()).toBe(1);
  expect((await on.actions.get(auto.id))?.status).toBe('executed');
  expect((await on.actions.get(called.id))?.status).toBe('approved');
  await approved(on, waits);
  expect(await on.actions.executeDue()).toBe(1);
  expect((await on.actions.get(waits.id))?.status).toBe('executed');
  expect(await on.actions.executeDue()).toBe(0);
});

test('the sweep leaves a failed try alone until its time has come', async () => {
  const on = estate();
  let runs = 0;
  on.actions.register(
    worldEffect(database.db, 'pr.label', {
      before: async () => {
        runs += 1;
        throw new AppError('rate_limited', 'slow down');
      },
    }),
  );
  const action = await propose(on, label({ runBy: 'executor' }));
  expect([await on.actions.executeDue(), await on.actions.executeDue(), runs]).toEqual([0, 0, 1]);
  await database.db.run(sql`update actions set next_attempt_at = now() where id = ${action.id}`);
  await on.actions.executeDue();
  expect(runs).toBe(2);
  await database.db.run(sql`update actions set run_by = 'caller' where id = ${action.id}`);
});

test('the list pages newest first and filters', async () => {
  const on = estate();
  const made: string[] = [];
  for (let i = 0; i < 5; i += 1)
    made.push(
      (await propose(on, proposal('pr.check', { workItemId: 'iss_list', args: { name: `c${i}`, head_sha: HEAD, conclusion: 'success' } }))).id,
    );
  const first = await on.actions.list({ limit: 2, workItemId: 'iss_list' });
  const second = await on.actions.list({ limit: 2, workItemId: 'iss_list', cursor: first.nextCursor ?? '' });
  const third = await on.actions.list({ limit: 2, workItemId: 'iss_list', cursor: second.nextCursor ?? '', status: 'approved', kind: 'pr.check' });
  expect([...first.items, ...second.items, ...third.items].map((action) => action.id)).toEqual(made.toReversed().toSorted().toReversed());
  expect(third.nextCursor).toBeNull();
});
