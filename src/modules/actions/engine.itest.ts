import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createOpaHttpEngine } from '#connectors/opa/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, proposal, propose, worldEffect, type Governance } from '../../../test/kit/governance.ts';
import { openTransactions } from '../../../test/kit/transactions.ts';

interface Question {
  action_kind: string;
  facts: Record<string, unknown>;
}

let database: TestDatabase;
let opa: http.Server;
let on: Governance;
/** What the engine was asked, and the transactions that were open while it thought about it. */
let asked: Array<Question & { open: string[] }>;
/** What it does before it answers; what it answers. */
let thinks: (question: Question) => void | Promise<void>;
let says: (question: Question) => string;

beforeEach(async () => {
  database = await createTestDatabase();
  await createWorld(database.db);
  asked = [];
  thinks = () => {};
  says = () => 'auto';
  opa = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { input } = JSON.parse(text) as { input: Question };
    asked.push({ ...input, open: await openTransactions(database) });
    await thinks(input);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ result: { effect: says(input), reason: 'as it likes' } }));
  });
  await new Promise<void>((resolve) => opa.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(opa.address() as AddressInfo).port}`;
  const engine = createOpaHttpEngine({ url: `http://${host}/v1/data/reeve/decision`, fetch: createGuardedFetch({ allowPrivateHosts: [host] }) });
  on = createGovernance(database.db, { id: 'w1', epoch: 1 }, engine);
});
afterEach(async () => {
  await new Promise((resolve) => opa.close(resolve));
  await database.close();
});

const label = (labels: string[] = ['bug']) =>
  proposal('pr.label', { args: { add: labels }, target: { forge: 'local', repo: 'acme/shop', number: 7 } });

test('no transaction is open while an outside engine thinks about a proposal or a changed one', async () => {
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const done = await propose(on, label());
  expect((await on.actions.execute(done.id)).status).toBe('executed');
  const waiting = await propose(on, merge({ triggerUser: 'dora' }));
  const before = asked.length;
  await on.approvals.decide(
    waiting.id,
    { digest: waiting.digest, decision: 'modify', modifiedArgs: { message: 'Merge it now' }, reason: 'better words' },
    person('mia'),
  );
  expect(asked.length).toBeGreaterThan(before);
  expect((await on.actions.get(waiting.id))?.status).toBe('superseded');
  expect(asked.map(({ action_kind, open }) => ({ action_kind, open }))).toEqual(asked.map(({ action_kind }) => ({ action_kind, open: [] })));
  expect(new Set(asked.map(({ action_kind }) => action_kind))).toEqual(new Set(['pr.label', 'pr.merge']));
});

test('what stopped at its execution and is asked again is asked about while no transaction is open', async () => {
  on.actions.register(worldEffect(database.db, 'pr.label'));
  const action = await propose(on, { ...label(), runBy: 'executor' });
  expect(action.status).toBe('approved');
  says = () => 'ask';
  const stopped = await on.actions.execute(action.id);
  expect(stopped).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter', proposed_again: expect.any(String) } });
  const again = stopped.outcome?.['proposed_again'] as string;
  expect((await on.actions.get(again))?.status).toBe('pending');
  expect(asked.length).toBeGreaterThan(2);
  expect(asked.flatMap(({ open }) => open)).toEqual([]);
});

test('an answer counts for the facts it was given for and no others: facts that changed meanwhile are asked about again', async () => {
  says = ({ facts }) => ((facts['work'] as { risk: string }).risk === 'high' ? 'require_approval' : 'auto');
  thinks = () => {
    on.state.facts = { ...on.state.facts, work: { source: 'local', risk: 'high' } };
  };
  const action = await propose(on, label());
  expect(asked).toHaveLength(2);
  expect(action).toMatchObject({ status: 'pending', decision: { kind: 'approval', rule: 'engine.opa' } });
});

test('an answer counts under the policy it was asked beside and no other', async () => {
  thinks = () => {
    on.state.policyText = 'version: 1\nactions: { pr.label: { risk: low, mode: auto }, pr.assign: { risk: low, mode: ask } }';
  };
  const action = await propose(on, label());
  expect(asked).toHaveLength(2);
  expect(action.decision.policyHash).toBe((await on.policy.current()).hash);
});

test('facts that change with every question end in a refusal that says so, and nothing is kept', async () => {
  let nr = 0;
  thinks = () => {
    on.state.facts = { ...on.state.facts, cost: { month_usd: (nr += 1) } };
  };
  await expect(propose(on, label())).rejects.toMatchObject({ kind: 'unavailable', code: 'policy_question_moves' });
  expect((await on.actions.list({ limit: 10 })).items).toEqual([]);
});

test('an engine that never answers denies after its time, and holds no transaction open meanwhile', async () => {
  thinks = () => new Promise<void>((resolve) => opa.once('letGo', resolve));
  const action = await propose(on, label());
  opa.emit('letGo');
  expect(action).toMatchObject({ status: 'denied', decision: { kind: 'deny', rule: 'engine.opa' } });
  expect(asked).toMatchObject([{ open: [] }]);
});

test('a proposal in a transaction that was not begun for it is refused, and the engine is not asked', async () => {
  // @ts-expect-error: the type keeps it away already.
  const proposing = on.db.tx((tx) => on.actions.propose(tx, label()));
  await expect(proposing).rejects.toMatchObject({ kind: 'internal', code: 'transaction_not_proposing' });
  expect(asked).toEqual([]);
});
