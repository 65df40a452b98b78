import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { TOOLS_PATH, type AgentTool, type ToolAnswer, type ToolEndpoint } from '#ports/agent-tools.ts';
import type { RunLimits } from '#ports/harness.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import { askPeople, expireQuestion, withdrawQuestions } from './commands.questions.ts';
import { answerOf, budgetLeft, decideAsking, MOST_QUESTIONS, progressAnswer, withoutAnswer } from './decide.tools.ts';
import { storableText } from './decide.text.ts';
import type { AgentSpec } from './model.ts';
import { AskHuman, BudgetLeft, ReportProgress, type Question } from './model.questions.ts';
import type { AgentsDeps, ToolDeps } from './steps.context.ts';
import type { LogBell, RunLog } from './steps.log.ts';
import { lockRun, type Held, type RunRow } from './store.ts';
import { countQuestions, questionById, sameQuestion } from './store.questions.ts';

/**
 * Port of the tools on a sealed sandbox's own loopback interface, where nothing else listens. Below the range from which
 * systems give out ports by themselves.
 */
const TOOL_PORT = 27_183;
const SERVER_NAME = 'reeve';

/** How often a waiting call looks for its answer; a person in this process is heard at once. */
const LOOK_MS = 500;
/** The token outlives the wall-clock limit by what stopping may take, should it never be revoked. */
const TOKEN_GRACE_MS = 10 * 60_000;
/** Progress is for people who watch: more than this is noise, in the stream as in the log. */
const PROGRESS_EVENT_MS = 2000;
const MOST_PROGRESS = 500;
const MOST_NEWS = 50;

export interface ToolWork {
  held: Held;
  run: Pick<RunRow, 'taskId' | 'workItemId' | 'projectId' | 'agent' | 'role'>;
  spec: AgentSpec;
  limits: RunLimits;
  sandbox: SandboxLevel;
  log: RunLog;
  bell: LogBell;
  /** What the gateway counted so far; null: nobody counts. */
  used(): { tokens: number; costMicros: number } | null;
  /** The agent is not idle: it is in a call of ours. */
  alive(): void;
}

export interface OpenTools {
  endpoint: ToolEndpoint;
  /** For the sandbox, when it must bridge. */
  socket: { path: string; port: number } | null;
  /** Ends calls, token and open questions of the run. */
  close(): Promise<void>;
}

/** Serves the run's tools with a token of its own; null where agents get none. */
export async function openTools(deps: AgentsDeps, work: ToolWork): Promise<OpenTools | null> {
  const { tools } = deps;
  if (tools === undefined) return null;
  const { runId, execution } = work.held;
  const socketPath = isBridged(work) ? path.join(deps.folders.sockets, `${runId.slice(-16)}-${execution}t.sock`) : null;
  if (socketPath !== null) await mkdir(deps.folders.sockets, { recursive: true, mode: 0o700 });
  const token = await deps.db.tx(async (tx) => {
    // An execution that was lost in a crash could not take its token back.
    await tools.tokens.revoke(tx, runId);
    return tools.tokens.issue(tx, { runId, projectId: work.run.projectId, agent: work.run.agent, ttlMs: work.limits.wallMs + TOKEN_GRACE_MS });
  });
  const server = await tools.server.open({ runId, token, socketPath, tools: toolsOf(deps, tools, work) });
  const url = server.url ?? `http://127.0.0.1:${TOOL_PORT}${TOOLS_PATH}`;
  return {
    endpoint: { name: SERVER_NAME, url, token },
    socket: socketPath === null ? null : { path: socketPath, port: TOOL_PORT },
    async close() {
      await server.close();
      await takeBack(deps, tools, work.held).catch((error: unknown) =>
        deps.log.warn({ run: runId, error: messageOf(error) }, "a run's token could not be revoked; it runs out by itself"),
      );
    },
  };
}

/** Token and questions of this execution; whoever took the run over has its own, which must not be touched. */
async function takeBack(deps: AgentsDeps, tools: ToolDeps, { runId, execution }: Held): Promise<void> {
  await deps.db.tx(async (tx) => {
    if ((await lockRun(tx, runId))?.execution !== execution) return;
    await tools.tokens.revoke(tx, runId);
    await withdrawQuestions(deps, tx, runId);
  });
}

/** An agent with the host's network reaches the host's loopback address itself; a sealed one has an interface of its own. */
function isBridged({ sandbox, spec }: ToolWork): boolean {
  return sandbox !== 'none' && spec.network === 'gateway';
}

function toolsOf(deps: AgentsDeps, tools: ToolDeps, work: ToolWork): AgentTool[] {
  const endsAt = new Date(deps.clock.now().getTime() + work.limits.wallMs);
  const asking = work.spec.limits.question_minutes > 0 ? [askTool(deps, tools, work, endsAt)] : [];
  const news = newsOf(tools, work);
  return [...asking, progressTool(deps, work, news), budgetTool(deps, work, { endsAt, news })];
}

/** Files of the scope that others landed since the last call: each is told once. */
type News = () => Promise<string[]>;

function newsOf({ landedMeanwhile }: ToolDeps, { held }: ToolWork): News {
  const told = new Set<string>();
  return async () => {
    const fresh = ((await landedMeanwhile?.(held.runId)) ?? []).filter((path) => !told.has(path));
    for (const path of fresh) told.add(path);
    return fresh.slice(0, MOST_NEWS);
  };
}

interface Shape<T> {
  name: string;
  description: string;
  schema: z.ZodType<T>;
  run(args: T, signal: AbortSignal): Promise<string>;
}

/** Every call shows that the agent lives; arguments that do not fit come back as a sentence the model can act on. */
function tool<T>({ alive }: ToolWork, { name, description, schema, run }: Shape<T>): AgentTool {
  return {
    name,
    description,
    inputSchema: z.toJSONSchema(schema, { io: 'input' }) as JsonObject,
    async call(args, signal): Promise<ToolAnswer> {
      alive();
      const parsed = schema.safeParse(args);
      if (!parsed.success) return { text: `These arguments do not fit: ${z.prettifyError(parsed.error)}`, isError: true };
      try {
        return { text: await run(parsed.data, signal) };
      } finally {
        alive();
      }
    },
  };
}

function askTool(deps: AgentsDeps, tools: ToolDeps, work: ToolWork, wallEndsAt: Date): AgentTool {
  const minutes = work.spec.limits.question_minutes;
  return tool(work, {
    name: 'ask_human',
    description: `Asks the people of this project one question and waits for the answer, at most ${minutes} minutes. Use it when the task cannot be done rightly without knowing, and nothing in the repository says it. If the call breaks off, ask the same question again to go on waiting.`,
    schema: AskHuman,
    async run({ question, choices = [] }, signal) {
      const text = storableText(deps.redact(question));
      const asked = await putQuestion(deps, tools, work, { text, choices: choices.map((choice) => storableText(deps.redact(choice))), wallEndsAt });
      if (typeof asked === 'string') return withoutAnswer(asked);
      const ended = await waitForAnswer(deps, work, asked.id, signal);
      if (ended === null) return 'Still waiting.';
      work.log.write({ kind: 'question', id: ended.id, state: ended.state, answer: ended.answer, by: ended.answeredBy });
      if (ended.state === 'answered') return answerOf(ended, [deps.nonce(), deps.nonce(), deps.nonce()]);
      return withoutAnswer(ended.state === 'expired' ? `Nobody answered within ${minutes} minutes.` : 'Nobody answered.');
    },
  });
}

/** The question as people see it now: put anew, or found again when it was asked before. A sentence: it is not put at all. */
async function putQuestion(
  deps: AgentsDeps,
  tools: ToolDeps,
  { held, run, spec, log }: ToolWork,
  { text, choices, wallEndsAt }: { text: string; choices: string[]; wallEndsAt: Date },
): Promise<Question | string> {
  const now = deps.clock.now();
  const same = await sameQuestion(deps.db, { runId: held.runId, taskId: run.taskId, question: text, now });
  if (same !== undefined) return same;
  const asked = await countQuestions(deps.db, held.runId);
  const decision = decideAsking({ now, wallEndsAt, patienceMs: spec.limits.question_minutes * 60_000, asked });
  if (decision.kind === 'refused') return decision.reason;
  const question = await askPeople(deps, {
    id: tools.ids.next('question'),
    runId: held.runId,
    execution: held.execution,
    taskId: run.taskId,
    workItemId: run.workItemId,
    projectId: run.projectId,
    agent: run.agent,
    role: run.role,
    question: text,
    choices,
    askedAt: now,
    expiresAt: decision.until,
  });
  log.write({ kind: 'question', id: question.id, state: 'waiting', question: text, choices, until: decision.until.toISOString() });
  return question;
}

/** Null: the caller has hung up, and the question goes on waiting for its answer. */
async function waitForAnswer(deps: AgentsDeps, { bell, alive }: ToolWork, id: string, signal: AbortSignal): Promise<Question | null> {
  for (;;) {
    const question = await questionById(deps.db, id);
    if (question === undefined) return null;
    if (question.state !== 'waiting') return question;
    if (signal.aborted) return null;
    if (question.expiresAt <= deps.clock.now()) await expireQuestion(deps, question);
    else {
      alive();
      await bell.wait(id, LOOK_MS);
    }
  }
}

function progressTool(deps: AgentsDeps, work: ToolWork, news: News): AgentTool {
  const { held, run, log } = work;
  let reports = 0;
  let toldAt = 0;
  return tool(work, {
    name: 'report_progress',
    description: 'Tells the people who watch this run how far the work is. Use it at the borders of larger steps, not for every file.',
    schema: ReportProgress,
    async run({ message, fraction = null, step = null }) {
      reports += 1;
      if (reports > MOST_PROGRESS) return 'This run has reported enough; nothing more is noted.';
      const [text, where] = [message, step].map((words) => (words === null ? null : storableText(deps.redact(words))));
      log.write({ kind: 'progress', message: text ?? '', fraction, step: where ?? null });
      const nowMs = deps.clock.now().getTime();
      const answer = progressAnswer(await news());
      if (nowMs - toldAt < PROGRESS_EVENT_MS && fraction !== 1) return answer;
      toldAt = nowMs;
      const data = { agent: run.agent, role: run.role, task_id: run.taskId, message: text ?? '', fraction, step: where ?? null };
      await deps.db.tx((tx) =>
        deps.outbox.put(tx, { type: 'run.progress', subject: held.runId, projectId: run.projectId, workItemId: run.workItemId, data }),
      );
      return answer;
    },
  });
}

function budgetTool(deps: AgentsDeps, work: ToolWork, { endsAt, news }: { endsAt: Date; news: News }): AgentTool {
  const { limits, held } = work;
  return tool(work, {
    name: 'budget_left',
    description:
      "What is left of this run's tokens, money and time (null: nobody counts it), and which files of your scope others changed meanwhile.",
    schema: BudgetLeft,
    async run() {
      const unasked = MOST_QUESTIONS - (await countQuestions(deps.db, held.runId));
      const questionsLeft = work.spec.limits.question_minutes > 0 ? Math.max(0, unasked) : 0;
      const left = budgetLeft({ used: work.used(), limits, wallLeftMs: endsAt.getTime() - deps.clock.now().getTime(), questionsLeft });
      return JSON.stringify({ ...left, files_others_changed: await news() });
    },
  });
}
