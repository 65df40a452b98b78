import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import { openAgents, scriptedAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { rawAgent } from '../../../test/kit/acp-bench.ts';
import type { Agents } from './index.ts';

const ANN: Actor = { kind: 'person', subject: 'person:ann', role: 'admin', personId: 'pers_1' };
const LIMIT_MS = 20_000;
const able = (await createSandbox().probe('bwrap')).ok;

let world: World;
let opened: Awaited<ReturnType<typeof openAgents>>;
let agents: Agents;
const asked: string[] = [];

const acp = (command: string[], more: object = {}) => ({ harness: 'acp' as const, command, sandbox: 'none' as const, ...more });
/** Tells in its name what it sees of the environment. */
const NOSY = `if (m.method === 'initialize') ok(m, { protocolVersion: 1, agentInfo: { name: JSON.stringify([process.env.GIVEN, process.env.KEPT, Object.keys(process.env).filter((name) => name.endsWith('_API_KEY')).length > 0]), version: '1' } });
  if (m.method === 'session/new') { require('child_process').spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref(); ok(m, { sessionId: 's' }); }`;

beforeAll(async () => {
  world = await createWorld();
  opened = await openAgents(
    world,
    world.db,
    {
      agents: {
        coder: scriptedAgent(world.folder, []),
        sealed: scriptedAgent(world.folder, [], { sandbox: 'bwrap' }),
        nosy: acp(rawAgent(NOSY), { env: ['GIVEN', 'MISSING'] }),
        gone: acp(['/no/such/agent']),
        silent: acp(['/bin/sleep', '301']),
        telling: acp(['/bin/sh', '-c', 'echo the key is $OWN_KEY >&2; exit 3'], { env: ['OWN_KEY'] }),
      },
      brief: world.brief(),
      environment: { GIVEN: 'yes', KEPT: 'no', OWN_KEY: 'hunter2hunter2' },
      secret: 'hunter2hunter2',
    },
    {
      upstream(agent) {
        asked.push(agent);
        return { upstream: { kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' }, price: null };
      },
    },
  );
  ({ agents } = opened);
});
afterAll(async () => world.close());

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('reeve-test-'));

describe('the test of an agent', () => {
  test('says who it is, is kept until the next one, and is in the ledger and the stream', async () => {
    expect((await agents.probes.tests()).get('coder')).toBeUndefined();
    const test = await agents.probes.test('coder', LIMIT_MS, ANN);
    expect(test).toMatchObject({
      agent: 'coder',
      ok: true,
      trouble: null,
      advice: null,
      name: 'Reeve demo agent',
      protocol: 'ACP 1',
      sandbox: 'none',
      sealed: false,
      testedBy: 'person:ann',
    });
    expect(test.durationMs).toBeGreaterThan(0);
    expect((await agents.probes.tests()).get('coder')).toEqual(test);
    const again = await agents.probes.test('coder', LIMIT_MS, ANN);
    expect((await agents.probes.tests()).get('coder')?.testedAt).toEqual(again.testedAt);
    const entries = opened.ledger.filter(({ kind }) => kind === 'agent.tested');
    expect(entries.map(({ subject, actor }) => [subject, actor])).toEqual([
      ['coder', 'person:ann'],
      ['coder', 'person:ann'],
    ]);
    expect(opened.events.filter(({ type }) => type === 'agent.tested')).toHaveLength(2);
  });

  test.runIf(able)('works in the sandbox that its runs have', async () => {
    expect(await agents.probes.test('sealed', LIMIT_MS, ANN)).toMatchObject({ ok: true, sandbox: 'bwrap', sealed: true });
  });

  test('gives the agent the variables of its configuration and a gateway, and leaves nothing of it behind', async () => {
    const before = folders();
    const { name, ok } = await agents.probes.test('nosy', LIMIT_MS, ANN);
    expect({ name, ok }).toEqual({ name: JSON.stringify(['yes', null, true]), ok: true });
    expect(asked).toContain('nosy');
    expect(folders()).toEqual(before);
    expect(existsSync(`${world.folder}/s`) ? readdirSync(`${world.folder}/s`) : []).toEqual([]);
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' }).split('\n')).not.toContain('sleep 300');
  });

  test('that fails says why and what to do, without secrets', async () => {
    expect(await agents.probes.test('gone', LIMIT_MS, ANN)).toMatchObject({
      ok: false,
      trouble: 'spawn_failed',
      advice: expect.stringContaining('/no/such/agent'),
    });
    const telling = await agents.probes.test('telling', LIMIT_MS, ANN);
    expect(telling).toMatchObject({ ok: false, trouble: 'crashed', detail: expect.stringContaining('[redacted]') });
    expect(JSON.stringify([...(await agents.probes.tests()).values(), ...opened.ledger])).not.toContain('hunter2');
  });

  test('has a limit, and the same agent is not tested twice at once', async () => {
    const first = agents.probes.test('silent', 1000, ANN);
    await expect(agents.probes.test('silent', 1000, ANN)).rejects.toMatchObject({ kind: 'conflict', code: 'test_runs' });
    expect(await first).toMatchObject({ ok: false, trouble: 'too_slow' });
  });

  test('of an agent that is not configured is no test', async () => {
    await expect(agents.probes.test('constructor', LIMIT_MS, ANN)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
