import { mkdir } from 'node:fs/promises';
import { isAppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { failedChecksSentence, failingLines } from '#kernel/failing-lines.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { TreeEntry } from '#ports/git.ts';
import { judgeChanges } from './decide.changes.ts';
import { maskedPaths } from './decide.masks.ts';
import { answersText, answerText, checksFeedback, failed, failureOfEnd } from './decide.outcome.ts';
import { setupKey } from './decide.setup.ts';
import type { CheckRun, RunOutcome } from './model.ts';
import { driveAgent, type AgentResult } from './steps.agent.ts';
import { buildChangeRequest, collectChanges, type LeftWork } from './steps.changes.ts';
import { runChecks } from './steps.checks.ts';
import { benchOf, branchOf, homeOf, worktreeOf } from './steps.context.ts';
import { processMark } from './steps.processes.ts';
import { buildPrompt } from './steps.prompt.ts';
import type { Session } from './steps.session.ts';
import { runSetup, type SetupResult } from './steps.setup.ts';
import type { Bench } from './steps.shell.ts';
import { createUsageMeter } from './steps.usage.ts';
import { showRun } from './store.read.ts';
import { updateFacts } from './store.ts';

type Failed = Extract<RunOutcome, { kind: 'failed' }>;

/** A worktree that is ready for the agent. */
interface Prepared {
  kind: 'prepared';
  baseCommit: string;
  entries: TreeEntry[];
  worktree: string;
  home: string;
  setupMade: readonly string[];
  masked: readonly string[];
  prompt: string;
}

/** The story of one execution: prepare the place, let the agent work, look at what it did, check it. */
export async function tellStory(session: Session): Promise<RunOutcome> {
  session.watch.signal.throwIfAborted();
  const prepared = await prepare(session);
  if (prepared.kind === 'failed') return prepared;
  await session.log.flush();
  await crashpoint('run.prepare.after');
  await session.move('running');
  const result = await work(session, prepared);
  await session.log.flush();
  await crashpoint('run.agent.ended');
  session.watch.signal.throwIfAborted();
  const sent = await submittedByItself(session);
  if (sent !== null) return sent;
  const notDone = failureOfEnd(session.held.runId, result.ended);
  if (notDone !== null) return notDone;
  if (answersText(session.request.role)) return answer(session, result);
  await session.move('checking');
  return judge(session, prepared, result);
}

async function prepare(session: Session): Promise<Prepared | Failed> {
  const { deps, request, brief, held, mirror } = session;
  const unsafe = await refuseWithoutSandbox(session);
  if (unsafe !== null) return unsafe;
  const baseCommit = await resolveBase(session);
  if (baseCommit === null)
    return failed(held.runId, 'setup_failed', `The base ${request.base} is not in the repository ${brief.repositoryName}.`, null);
  session.facts.baseCommit = baseCommit;
  await updateFacts(deps.db, held, { baseCommit });
  const worktree = worktreeOf(deps.folders, held.runId);
  const home = homeOf(deps.folders, held.runId);
  await mkdir(home, { recursive: true });
  await mirror.addWorktree(worktree, baseCommit, branchOf(held.runId));
  const entries = await mirror.listTree(baseCommit);
  const setup = await setUp(session, { baseCommit, entries, worktree });
  session.watch.signal.throwIfAborted();
  if (!setup.ok) return setupFailed(session, setup);
  const prompt = await buildPrompt(deps, { request, brief, mirror, commit: baseCommit, entries });
  await deps.blobs.put(`runs/${held.runId}/prompt-${held.execution}.md`, Buffer.from(deps.redact(prompt.text), 'utf8'));
  await updateFacts(deps.db, held, { promptHash: prompt.hash, promptVersion: prompt.version });
  session.log.write({ kind: 'note', text: `Prompt ${prompt.version}, ${prompt.text.length} characters, SHA-256 ${prompt.hash}.` });
  const masked = maskedPaths(entries, await trustedEntries(session));
  return { kind: 'prepared', baseCommit, entries, worktree, home, setupMade: setup.made, masked, prompt: prompt.text };
}

/** Unattended runs need a boundary; only a written-out `none` goes without. */
async function refuseWithoutSandbox({ deps, spec, brief, held }: Session): Promise<Failed | null> {
  const { settings } = brief;
  const own = settings.setup.length + brief.checks.length > 0 ? [settings.sandbox] : [];
  for (const level of new Set([spec.sandbox ?? settings.sandbox, ...own])) {
    const probe = level === 'none' ? { ok: true, detail: '' } : await deps.sandbox.probe(level);
    if (!probe.ok)
      return failed(
        held.runId,
        'sandbox_missing',
        `The sandbox "${level}" does not work here: ${probe.detail} Unattended runs are refused unless \`sandbox: none\` is written out.`,
        null,
      );
  }
  return null;
}

async function resolveBase({ request, mirror }: Session): Promise<string | null> {
  const known = await mirror.resolve(request.base);
  if (known !== null) return known;
  await mirror.fetch();
  return mirror.resolve(request.base);
}

/** What the default branch carries: agent configuration that differs from it is nobody's word yet. */
async function trustedEntries({ mirror, brief }: Session): Promise<TreeEntry[]> {
  for (const ref of [`refs/remotes/source/${brief.defaultBranch}`, `refs/heads/${brief.defaultBranch}`]) {
    const commit = await mirror.resolve(ref);
    if (commit !== null) return mirror.listTree(commit);
  }
  return [];
}

function projectBench(session: Session, worktree: string, home: string): Bench {
  const { deps, brief, mirror, held } = session;
  return benchOf(deps, { worktree, home, mirrorDir: mirror.dir, ...brief.settings, mark: held.runId });
}

async function setUp(session: Session, at: { baseCommit: string; entries: TreeEntry[]; worktree: string }): Promise<SetupResult> {
  const { brief, mirror, watch, log } = session;
  const commands = brief.settings.setup;
  if (commands.length > 0) log.write({ kind: 'setup', commands, state: 'started' });
  const result = await session.setup.restore({
    repositoryId: brief.repositoryId,
    mirror,
    commit: at.baseCommit,
    entries: at.entries,
    commands,
    worktree: at.worktree,
    bench: (worktree, home) => projectBench(session, worktree, home),
    signal: watch.signal,
  });
  if (commands.length > 0 && result.ok)
    log.write({ kind: 'setup', commands, state: 'done', cached: result.cached, duration_ms: result.durationMs, made: result.made });
  return result;
}

function setupFailed(session: Session, setup: Extract<SetupResult, { ok: false }>): Failed {
  session.log.write({ kind: 'setup', commands: [setup.command], state: 'failed', output: setup.output });
  const how = setup.ended === 'timeout' ? 'took too long' : 'failed';
  const output = setup.output.trim().slice(-4000);
  return failed(
    session.held.runId,
    'setup_failed',
    session.deps.redact(`The project's setup "${setup.command}" ${how}: ${failingLines(setup.output).join(' | ')}`),
    `The setup "${setup.command}" ${how}:\n${output}`,
  );
}

async function work(session: Session, prepared: Prepared): Promise<AgentResult> {
  const { deps, held, spec, request, brief, mirror, log, watch, run, bell } = session;
  const meter = createUsageMeter(deps, held.runId, log);
  const result = await driveAgent(deps, {
    held,
    run,
    bell,
    agent: request.agent,
    spec,
    role: request.role,
    sandbox: spec.sandbox ?? brief.settings.sandbox,
    worktree: prepared.worktree,
    home: prepared.home,
    mirrorDir: mirror.dir,
    masked: prepared.masked,
    prompt: prepared.prompt,
    log,
    signal: watch.signal,
    async onProcess(pid) {
      if (!(await updateFacts(deps.db, held, { processId: pid, processMark: await processMark(pid) }))) watch.stop('superseded');
    },
    onUsage: (usage) => meter.note(usage),
    onOwnWord: (usage) => meter.noteOwn(usage),
  });
  await meter.settle(result.usage);
  return result;
}

function answer(session: Session, result: AgentResult): RunOutcome {
  const text = session.deps.redact(answerText(result.events));
  if (text === '') return failed(session.held.runId, 'no_changes', `The ${session.request.role} ended without saying anything.`, null);
  return { kind: 'text', runId: session.held.runId, text };
}

/** A change request the agent sent with its own token is the run's result: admission judged it, and what is left in the worktree does not count. */
async function submittedByItself({ deps, held, log }: Session): Promise<RunOutcome | null> {
  const id = (await showRun(deps.db, held.runId))?.changeRequestId ?? null;
  if (id === null) return null;
  log.write({ kind: 'note', text: `The agent sent the change request ${id} itself; its worktree is left aside.` });
  return { kind: 'change_request', runId: held.runId, changeRequest: { change_request_id: id }, checks: [] };
}

/** The end of what an agent says is where it sums up. */
const MOST_SAID = 8000;

async function judge(session: Session, prepared: Prepared, result: AgentResult): Promise<RunOutcome> {
  const { deps, request, brief, held, mirror } = session;
  const { baseCommit } = prepared;
  const left = await readWork(session, prepared);
  if ('kind' in left) return left;
  session.log.write({
    kind: 'note',
    text: left.changes.length === 1 ? '1 changed file.' : `${left.changes.length} changed files.`,
    changes: left.changes.slice(0, 200).map((change) => `${change.op} ${change.path}`),
  });
  // Everything may be tested already; then the tester's words are its result.
  if (request.role === 'tester' && left.changes.length === 0) return answer(session, result);
  const refused = judgeChanges({
    changes: left.changes,
    filesBefore: prepared.entries.length,
    filesAfter: left.entriesAfter.length,
    bytes: left.bytes,
    scope: brief.scope,
    regenerate: brief.settings.regenerate,
    limits: { files: Math.min(deps.limits.files, brief.maxFiles ?? deps.limits.files), bytes: deps.limits.bytes },
  });
  if (refused !== null) return { kind: 'failed', runId: held.runId, ...refused };
  const red = await check(session, prepared, left);
  session.watch.signal.throwIfAborted();
  await crashpoint('run.checks.after');
  if (red !== null) return red;
  const changeRequest = await buildChangeRequest({ mirror, request, brief, baseCommit, changes: left.changes, checks: session.facts.checks });
  const said = deps.redact(answerText(result.events)).slice(-MOST_SAID);
  return {
    kind: 'change_request',
    runId: held.runId,
    changeRequest: { ...changeRequest },
    checks: session.facts.checks,
    ...(said === '' ? {} : { said }),
  };
}

/** A worktree git cannot read (gone, replaced, another repository in it) is the agent's doing, and a sentence. */
async function readWork({ mirror, held }: Session, prepared: Prepared): Promise<LeftWork | Failed> {
  const { worktree, baseCommit, entries, setupMade } = prepared;
  try {
    return await collectChanges({ mirror, worktree, baseCommit, entries, setupMade });
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error;
    return failed(
      held.runId,
      'out_of_scope',
      error.message,
      `What you left could not be read: ${error.message} Change only files, and leave the worktree's own folder as it is.`,
    );
  }
}

/** Reeve runs the task's checks itself, in the worktree the agent left. Null: all green. */
async function check(session: Session, prepared: Prepared, left: LeftWork): Promise<Failed | null> {
  const { deps, brief, held, watch, log, facts } = session;
  const bench = projectBench(session, prepared.worktree, prepared.home);
  if (brief.checks.length > 0 && needsFreshSetup(session, prepared, left)) {
    const broken = await runSetup(deps, bench, { commands: brief.settings.setup, signal: watch.signal });
    if (broken !== null) return setupFailed(session, broken);
  }
  const onCheck = (run: CheckRun): void => log.write({ kind: 'check', ...run } as unknown as { kind: 'check' } & JsonObject);
  const { checks } = await runChecks(deps, bench, { checks: brief.checks, signal: watch.signal, onCheck });
  facts.checks = checks;
  if (checks.every((run) => run.exit_code === 0)) return null;
  // Redacted once more: the output was, but taking colours out of it can join the parts of a secret.
  return failed(held.runId, 'checks_failed', deps.redact(failedChecksSentence(checks)), deps.redact(checksFeedback(checks)));
}

/** When the agent changed what the setup depends on, the dependencies of the base are not those of its work. */
function needsFreshSetup({ brief }: Session, prepared: Prepared, left: LeftWork): boolean {
  const { setup } = brief.settings;
  const key = (entries: readonly TreeEntry[]): string => setupKey(entries, setup, '').files.join('\n');
  return setup.length > 0 && key(prepared.entries) !== key(left.entriesAfter);
}
