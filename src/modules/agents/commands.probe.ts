import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Actor } from '#kernel/actor.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { endProcessesWith } from '#platform/process/index.ts';
import type { OpenModelProxy } from '#ports/model-proxy.ts';
import type { ProbeAnswer } from '#ports/harness.ts';
import { adviceFor } from './decide.probe.ts';
import { isSealed, type AgentSpec } from './model.ts';
import type { AgentTest, AgentTrouble } from './model.probe.ts';
import { RUN_MARK, type AgentsDeps } from './steps.context.ts';
import { allTests, saveTest, type StoredTest } from './store.probe.ts';

export interface AgentTests {
  /**
   * Starts the agent as a run would (its sandbox, its variables, the model gateway with nothing to spend), asks it who it is, opens a
   * session without a word in it, and ends it. AppError not_found, conflict `test_runs` while the same agent is being tested.
   */
  test(name: string, limitMs: number, by: Actor): Promise<AgentTest>;
  /** What came of the last test of each agent, by name. */
  tests(): Promise<ReadonlyMap<string, AgentTest>>;
}

type TestDeps = Pick<
  AgentsDeps,
  | 'db'
  | 'clock'
  | 'ledger'
  | 'outbox'
  | 'agents'
  | 'harnesses'
  | 'sandbox'
  | 'modelProxy'
  | 'upstream'
  | 'folders'
  | 'toolDirs'
  | 'environment'
  | 'redact'
>;

export function createAgentTests(deps: TestDeps): AgentTests {
  // One at a time for each agent: a second click starts no second process.
  const running = new Set<string>();
  return {
    async test(name, limitMs, by) {
      const spec = Object.hasOwn(deps.agents, name) ? deps.agents[name] : undefined;
      if (spec === undefined) throw new AppError('not_found', `There is no agent "${name}".`, { detail: { known: Object.keys(deps.agents) } });
      if (running.has(name))
        throw new AppError('conflict', `${name} is being tested already.`, { code: 'test_runs', hint: 'Wait for the answer of that test.' });
      running.add(name);
      try {
        return await keep(deps, spec, await examine(deps, { name, spec, limitMs }), by);
      } finally {
        running.delete(name);
      }
    },
    async tests() {
      const stored = await allTests(deps.db);
      return new Map(stored.map((test) => [test.agent, withAdvice(test, deps.agents[test.agent])]));
    },
  };
}

type Found = Omit<StoredTest, 'testedBy' | 'testedAt'>;
interface Wanted {
  name: string;
  spec: AgentSpec;
  limitMs: number;
}

async function examine(deps: TestDeps, { name, spec, limitMs }: Wanted): Promise<Found> {
  const sandbox = spec.sandbox ?? 'bwrap';
  const startedMs = deps.clock.now().getTime();
  const answer = await startAndAsk(deps, { name, spec, limitMs }, sandbox);
  return {
    ...readable(answer, deps.redact),
    agent: name,
    sandbox,
    sealed: isSealed(spec.network, sandbox),
    durationMs: Math.max(0, deps.clock.now().getTime() - startedMs),
  };
}

const NOTHING_SAID = { name: null, version: null, protocol: null, capabilities: [], authMethods: [], modes: [] };
const refused = (trouble: AgentTrouble, detail: string): Answer => ({ ...NOTHING_SAID, ok: false, trouble, detail });
type Answer = Omit<ProbeAnswer, 'trouble'> & { trouble: AgentTrouble | null };

async function startAndAsk(deps: TestDeps, { name, spec, limitMs }: Wanted, sandbox: NonNullable<AgentSpec['sandbox']>): Promise<Answer> {
  const harness = deps.harnesses.get(spec.harness);
  if (harness === undefined) return refused('spawn_failed', `There is no harness "${spec.harness}".`);
  const able = await deps.sandbox.probe(sandbox);
  if (!able.ok) return refused('sandbox_missing', `The sandbox "${sandbox}" does not work here: ${able.detail}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'reeve-test-'));
  const place = path.basename(folder);
  const worktree = path.join(folder, 'work');
  let proxy: (OpenModelProxy & { socketPath: string }) | null = null;
  try {
    await mkdir(worktree, { mode: 0o700 });
    proxy = spec.network === 'gateway' ? await openEmptyGateway(deps, name, place) : null;
    const spawn = deps.sandbox.open({
      level: sandbox,
      worktree,
      home: path.join(folder, 'home'),
      readOnly: deps.toolDirs,
      masked: [],
      gatewaySocket: proxy?.socketPath ?? null,
      network: spec.network === 'open' ? 'open' : 'none',
    });
    const env = { ...allowed(deps, spec), ...proxy?.env, [RUN_MARK]: place };
    return await harness.probe({ name, command: spec.command, env, mode: spec.mode }, spawn, { limitMs, cwd: worktree });
  } catch (error) {
    return refused('spawn_failed', messageOf(error));
  } finally {
    // What it started and detached; the harness ended its own process.
    await endProcessesWith(`${RUN_MARK}=${place}`, 300);
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function allowed(deps: TestDeps, spec: AgentSpec): Record<string, string> {
  return Object.fromEntries(spec.env.flatMap((name) => (deps.environment[name] === undefined ? [] : [[name, deps.environment[name]]])));
}

/** The gateway as a run has it, so that the agent finds what it looks for; a question to a model is refused, because nothing may be spent. */
async function openEmptyGateway(deps: TestDeps, agent: string, place: string): Promise<(OpenModelProxy & { socketPath: string }) | null> {
  const target = deps.upstream(agent);
  if (target === null) return null;
  await mkdir(deps.folders.sockets, { recursive: true, mode: 0o700 });
  const socketPath = path.join(deps.folders.sockets, `${place}.sock`);
  const proxy = await deps.modelProxy.open({
    runId: place,
    socketPath,
    upstream: target.upstream,
    price: target.price,
    budget: { tokens: 0, costMicros: 0 },
    onUsage: () => {},
    onExhausted: () => {},
  });
  return { ...proxy, socketPath };
}

const MOST_LETTERS = 1000;

/** The agent's words as they may be stored and shown: without secrets, and not endless. */
function readable(answer: Answer, redact: (text: string) => string): Answer {
  const short = (text: string): string => redact(text).slice(0, MOST_LETTERS);
  return {
    ...answer,
    detail: short(answer.detail),
    name: answer.name === null ? null : short(answer.name),
    version: answer.version === null ? null : short(answer.version),
    capabilities: answer.capabilities.map(short),
    authMethods: answer.authMethods.map(({ id, name }) => ({ id: short(id), name: short(name) })),
    modes: answer.modes.slice(0, 40).map(short),
  };
}

async function keep(deps: TestDeps, spec: AgentSpec, found: Found, by: Actor): Promise<AgentTest> {
  const stored: StoredTest = { ...found, testedBy: by.subject, testedAt: deps.clock.now() };
  const { agent, ok, trouble, durationMs } = stored;
  await deps.db.tx(async (tx) => {
    await saveTest(tx, stored);
    const payload = { agent, ok, trouble, duration_ms: durationMs };
    deps.ledger.append(tx, { kind: 'agent.tested', subject: agent, actor: by.subject, payload });
    await deps.outbox.put(tx, { type: 'agent.tested', subject: agent, data: payload });
  });
  return withAdvice(stored, spec);
}

function withAdvice(test: StoredTest, spec: AgentSpec | undefined): AgentTest {
  return { ...test, advice: test.trouble === null || spec === undefined ? null : adviceFor(test.trouble, spec) };
}
