import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCedarEngine } from '#connectors/cedar/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createOpaHttpEngine, createOpaWasmEngine } from '#connectors/opa/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createPolicy, type PolicyDecision } from '#modules/policy/index.ts';
import type { EngineAnswer, PolicyEngine } from '#ports/policy-engine.ts';
import { startFakeOpa, type FakeOpa } from '../fakes/opa/server.ts';
import { buildOpaWasm, type WasmOptions } from '../fakes/opa/wasm.ts';
import { policyEngineContract } from './policy-engine.ts';

let folder: string;
let opa: FakeOpa;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'reeve-engines-'));
  opa = await startFakeOpa();
});
afterAll(async () => {
  await opa.close();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;
async function fileOf(content: string | Uint8Array): Promise<string> {
  files += 1;
  const file = path.join(folder, `rules-${files}`);
  await writeFile(file, content);
  return file;
}

const OWN = `version: 1
actions:
  pr.label: { risk: low, mode: auto }
  issue.assign: { risk: low, mode: ask }
  pr.merge: { risk: high, mode: require_approval }
  pr.create: { risk: low, mode: auto, when: plan.approved }
`;

/** Reeve's own rules as an engine. */
function ownEngine(text: () => string): PolicyEngine {
  const policy = createPolicy({ kinds: ACTION_KINDS, load: () => ({ organisation: { text: text(), source: 'test' } }) });
  const answerOf = (decision: PolicyDecision): EngineAnswer => ({
    effect: decision.kind === 'approval' ? decision.mode : decision.kind,
    reason: decision.reason,
  });
  return {
    name: 'own',
    version: async () => (await policy.current()).hash,
    answer: async (question) => answerOf(await policy.evaluate(question)),
  };
}

policyEngineContract('own rules', async () => {
  let text = OWN;
  return {
    engine: ownEngine(() => text),
    tighten: async () => void (text = 'version: 1\nactions: {}'),
    close: async () => {},
  };
});

const CEDAR = `permit (principal, action == Action::"pr.label", resource);
permit (principal, action == Action::"issue.assign", resource) unless { context.mode == "auto" };
permit (principal, action == Action::"pr.merge", resource) when { context.mode == "require_approval" };
permit (principal, action == Action::"pr.create", resource) when { context.facts.plan.approved };
`;

policyEngineContract('Cedar', async () => {
  const file = await fileOf(CEDAR);
  return { engine: createCedarEngine({ file }), tighten: () => writeFile(file, 'forbid (principal, action, resource);'), close: async () => {} };
});

const opaRule: Parameters<FakeOpa['rule']>[0] = ({ action_kind: kind, facts }) => {
  if (kind === 'pr.label') return { effect: 'auto', reason: 'labels are harmless' };
  if (kind === 'issue.assign') return { effect: 'ask' };
  if (kind === 'pr.merge') return { effect: 'require_approval' };
  const approved = (facts['plan'] as { approved?: boolean } | undefined)?.approved;
  return kind === 'pr.create' && approved === true ? { effect: 'auto' } : undefined;
};

const opaAt = (url: string): PolicyEngine => createOpaHttpEngine({ url, fetch: createGuardedFetch({ allowPrivateHosts: [new URL(url).host] }) });

policyEngineContract(
  'OPA over HTTP',
  async () => {
    opa.rule(opaRule);
    return { engine: opaAt(opa.url), tighten: async () => opa.rule(() => ({ effect: 'deny' })), close: async () => {} };
  },
  {
    skip: [
      {
        reason: 'OPA tells no version of its rules in an answer: its address stands for them',
        tests: ['the version is the same for the same rules and another one for others'],
      },
    ],
  },
);

const answered = (effect: string): string => JSON.stringify([{ result: { effect, reason: `rule ${effect}` } }]);
const WASM: WasmOptions = {
  rules: [
    { holds: ['"action_kind":"pr.label"'], answers: answered('auto') },
    { holds: ['"action_kind":"issue.assign"'], answers: answered('ask') },
    { holds: ['"action_kind":"pr.merge"'], answers: answered('require_approval') },
    { holds: ['"action_kind":"pr.create"', '"approved":true'], answers: answered('auto') },
  ],
};

policyEngineContract('OPA compiled to WebAssembly', async () => {
  const file = await fileOf(buildOpaWasm(WASM));
  return { engine: createOpaWasmEngine({ file }), tighten: () => writeFile(file, buildOpaWasm({ rules: [] })), close: async () => {} };
});

/** What the product makes of an engine: own rules that let `pr.label` run by itself, and the engine beside them. */
async function decided(engine: PolicyEngine, facts: Record<string, unknown> = {}): Promise<PolicyDecision> {
  const policy = createPolicy({ kinds: ACTION_KINDS, engine, load: () => ({ organisation: { text: OWN, source: 'test' } }) });
  return policy.evaluate({ actionKind: 'pr.label', facts: facts as never });
}

const cedar = (text: string) => async (): Promise<PolicyEngine> => createCedarEngine({ file: await fileOf(text) });
const wasm = (content: WasmOptions | string) => async (): Promise<PolicyEngine> =>
  createOpaWasmEngine({ file: await fileOf(typeof content === 'string' ? content : buildOpaWasm(content)) });
const http = (answer: (response: ServerResponse) => void) => async (): Promise<PolicyEngine> => {
  opa.fault((_, response) => answer(response));
  return opaAt(opa.url);
};
const says =
  (body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'application/json' }, status = 200) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body);
const METADATA = 'http://169.254.169.254/latest/meta-data/';
const GOOD = '{"result":{"effect":"auto","reason":"fine"}}';
const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, at) => `${'bcdefghij'[at]}: &${'bcdefghij'[at]} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[at]}`).join(',')}]`).join('\n')}`;
const own = (text: string | (() => string)) => async (): Promise<PolicyEngine> => ownEngine(typeof text === 'string' ? () => text : text);
const fake = (engine: Partial<PolicyEngine>) => async (): Promise<PolicyEngine> => ({
  name: 'fake',
  version: async () => 'version-1',
  answer: async () => ({ effect: 'auto', reason: 'fine' }),
  ...engine,
});

describe('nothing an engine does lets an action run', () => {
  it.each<[string, string, () => Promise<PolicyEngine>]>([
    ['own', 'unreadable', own(() => JSON.parse('{'))],
    ['own', 'garbage', own('{{{')],
    ['own', 'an unknown decision', own('version: 1\nactions: { pr.label: { risk: low, mode: allow } }')],
    ['own', 'NaN', own('version: 1\nactions: { pr.label: { risk: low, mode: auto } }\nlimits: { max_monthly_cost_usd: .nan }')],
    ['own', 'huge', own(`${OWN}#${'x'.repeat(300_000)}`)],
    ['own', 'duplicate keys', own(`${OWN}  pr.label: { risk: low, mode: auto }\n`)],
    ['own', 'an anchor bomb', own(`${OWN}${BOMB}`)],
    ['own', 'a missing field', own('version: 1\nactions: { pr.label: { mode: auto } }')],
    ['own', 'a condition over a missing fact', own('version: 1\nactions: { pr.label: { risk: low, mode: auto, when: not_there } }')],

    ['cedar', 'down (no file)', async () => createCedarEngine({ file: path.join(folder, 'nowhere') })],
    ['cedar', 'empty', cedar('')],
    ['cedar', 'garbage', cedar('permit everything please')],
    ['cedar', 'huge', cedar(`${CEDAR}//${'x'.repeat(1_100_000)}`)],
    ['cedar', 'an anchor bomb', cedar(BOMB)],
    ['cedar', 'duplicate ids', cedar(`@id("a") permit(principal,action,resource); permit(principal,action,resource`)],
    ['cedar', 'a forbid over a missing attribute', cedar(`${CEDAR}forbid (principal, action, resource) when { context.facts.channel.public };`)],
    ['cedar', 'a forbid over a missing entity attribute', cedar(`${CEDAR}forbid (principal, action, resource) when { principal.blocked };`)],
    ['cedar', 'a forbid of another type', cedar(`${CEDAR}forbid (principal, action, resource) when { context.mode > 5 };`)],
    ['cedar', 'a forbid', cedar(`${CEDAR}forbid (principal, action == Action::"pr.label", resource);`)],

    ['opa', 'down', async () => opaAt('http://127.0.0.1:1/v1/data/x')],
    ['opa', 'slow', http(() => {})],
    ['opa', 'slow in the middle', http((response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"result":'))],
    [
      'opa',
      'cut off',
      http(
        (response) =>
          void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '44' }).end('{"resu', () => response.destroy()),
      ),
    ],
    ['opa', 'garbage', http(says('auto'))],
    ['opa', 'a page', http(says(GOOD, { 'content-type': 'text/html' }))],
    ['opa', 'an error with a good body', http(says(GOOD, undefined, 500))],
    ['opa', 'not found with a good body', http(says(GOOD, undefined, 404))],
    ['opa', 'a redirect to a good answer', http((response) => void response.writeHead(302, { location: 'data:application/json,{}' }).end())],
    ['opa', 'a redirect to the metadata of the cloud', http((response) => void response.writeHead(307, { location: METADATA }).end())],
    ['opa', 'NaN', http(says('{"result":{"effect":NaN}}'))],
    ['opa', 'an unknown decision', http(says('{"result":{"effect":"allow"}}'))],
    ['opa', 'a bare true', http(says('{"result":true}'))],
    ['opa', 'huge', http(says(`{"result":{"effect":"auto","reason":"${'x'.repeat(200_000)}"}}`))],
    ['opa', 'duplicate keys', http(says('{"result":{"effect":"deny","effect":"auto"}}'))],
    ['opa', 'duplicate results', http(says('{"result":{"effect":"deny"},"result":{"effect":"auto"}}'))],
    ['opa', 'an anchor bomb', http(says(BOMB))],
    ['opa', 'a missing field', http(says('{"result":{"reason":"fine"}}'))],
    ['opa', 'a field too many', http(says('{"result":{"effect":"auto","deny":["no"]}}'))],
    ['opa', 'an undefined rule', http(says('{}'))],
    [
      'opa',
      'bytes that are no text',
      http(says(new Uint8Array([...Buffer.from('{"result":{"effect":"auto","reason":"'), 0xff, 0xfe, ...Buffer.from('"}}')]))),
    ],

    ['opa-wasm', 'down (no file)', async () => createOpaWasmEngine({ file: path.join(folder, 'nowhere') })],
    ['opa-wasm', 'slow', wasm({ rules: [], fault: 'loop' })],
    ['opa-wasm', 'a trap', wasm({ rules: [], fault: 'trap' })],
    ['opa-wasm', 'a module that takes all memory', wasm({ rules: [], fault: 'grow' })],
    ['opa-wasm', 'no module', wasm('garbage')],
    ['opa-wasm', 'garbage', wasm({ rules: [], otherwise: 'auto' })],
    ['opa-wasm', 'NaN', wasm({ rules: [], otherwise: '[{"result":{"effect":NaN}}]' })],
    ['opa-wasm', 'an unknown decision', wasm({ rules: [], otherwise: answered('allow') })],
    ['opa-wasm', 'huge', wasm({ rules: [], otherwise: JSON.stringify([{ result: { effect: 'auto', reason: 'x'.repeat(70_000) } }]) })],
    ['opa-wasm', 'a missing field', wasm({ rules: [], otherwise: '[{"result":{"reason":"fine"}}]' })],
    ['opa-wasm', 'an undefined rule', wasm({ rules: [], otherwise: '[]' })],
    ['opa-wasm', 'two results', wasm({ rules: [], otherwise: `[${answered('auto').slice(1, -1)},${answered('auto').slice(1, -1)}]` })],

    ['any', 'one that throws at once', fake({ answer: () => JSON.parse('{') as never })],
    ['any', 'one that has no version', fake({ version: () => Promise.reject(new Error('gone')) })],
    ['any', 'one that never answers and heeds no signal', fake({ answer: () => new Promise(() => {}) })],
    ['any', 'one whose version never comes', fake({ version: () => new Promise(() => {}) })],
    ['any', 'a bare true', fake({ answer: async () => true as never })],
  ])('%s: %s', async (_, __, make) => {
    const decision = await decided(await make());
    expect(decision).toMatchObject({ kind: 'deny', reason: expect.stringMatching(/\w/) });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a name Cedar would read as an entity', { args: { __entity: { type: 'Action', id: 'x' } } }],
    ['a name Cedar would read as a function', { args: { __extn: { fn: 'ip', arg: 'x' } } }],
    ['a number too large for Cedar', { args: { n: 1e300 } }],
  ])('cedar: %s in the facts denies', async (_, facts) => {
    expect(await decided(await cedar(CEDAR)(), facts)).toMatchObject({ kind: 'deny', rule: 'engine.cedar' });
  });
});

it('a sound engine beside the own rules: the same answers as each alone, and its version is in the hash', async () => {
  const first = await decided(await cedar(CEDAR)());
  const second = await decided(await cedar(`${CEDAR}// a note`)());
  const alone = await createPolicy({ kinds: ACTION_KINDS, load: () => ({ organisation: { text: OWN, source: 'test' } }) }).evaluate({
    actionKind: 'pr.label',
    facts: {},
  });
  expect([first.kind, second.kind, alone.kind]).toEqual(['auto', 'auto', 'auto']);
  expect(new Set([first.policyHash, second.policyHash, alone.policyHash]).size).toBe(3);
});

it('an engine that is stricter than the own rules decides, by its own mode', async () => {
  const strict = await decided(await cedar('permit (principal, action, resource) when { context.mode == "require_approval" };')());
  expect(strict).toMatchObject({ kind: 'approval', mode: 'require_approval', rule: 'engine.cedar', approvers: ['maintainer'] });
  const asking = await decided(await cedar('permit (principal, action, resource) unless { context.mode == "auto" };')());
  expect(asking).toMatchObject({ kind: 'approval', mode: 'ask', approvers: ['developer'] });
});

it('an OPA inside the network is asked only when the operator names it, and a redirect is refused before anything is asked there', async () => {
  opa.rule(() => ({ effect: 'auto' }));
  const fetch = createGuardedFetch({ allowPrivateHosts: [] });
  const { host } = new URL(opa.url);
  const unnamed = await decided(createOpaHttpEngine({ url: opa.url, fetch }));
  expect(unnamed).toMatchObject({ kind: 'deny', reason: expect.stringContaining(`add ${host} to allow_private_hosts`) });
  expect((await decided(opaAt(opa.url))).kind).toBe('auto');
  opa.fault((_, response) => void response.writeHead(302, { location: METADATA }).end());
  const asked = opaAt(opa.url).answer({ actionKind: 'pr.label', facts: {} }, AbortSignal.timeout(5000));
  await expect(asked).rejects.toMatchObject({ code: 'engine_unreachable', cause: { code: 'redirect_refused' } });
});
