import type { AgentEvent, EndReason, RunLimits } from '#ports/harness.ts';
import type { AgentRun, AgentSpec, CheckRun, RunFailure, RunOutcome } from './model.ts';

/** Which failures are worth another attempt: those that chance, time or feedback can cure. */
const RETRYABLE: Readonly<Record<RunFailure, boolean>> = {
  end_turn: false,
  refused: false,
  max_turns: true,
  cancelled: false,
  wall_limit: true,
  idle_limit: true,
  output_limit: true,
  budget: false,
  crashed: true,
  spawn_failed: false,
  protocol: false,
  no_changes: true,
  out_of_scope: true,
  checks_failed: true,
  setup_failed: true,
  too_large: true,
  sandbox_missing: false,
};

export function isRetryable(failure: RunFailure): boolean {
  return RETRYABLE[failure];
}

/** What people read when an agent did not come to its end. */
const END_SENTENCES: Readonly<Record<Exclude<EndReason, 'end_turn'>, string>> = {
  refused: 'The agent refused the task',
  max_turns: 'The agent used up its turns',
  cancelled: 'The agent was stopped',
  wall_limit: 'The agent ran longer than it may',
  idle_limit: 'The agent was silent for too long',
  output_limit: 'The agent wrote more output than it may',
  budget: 'The run used up its tokens or money',
  crashed: 'The agent ended by itself before its turn was done',
  spawn_failed: 'The agent could not be started',
  protocol: 'The agent does not speak the protocol',
};

/**
 * The failure an end reason means, or null when the agent ended its turn. Never a success: that is for the diff and the
 * checks to say.
 */
export function failureOfEnd(runId: AgentRun['id'], ended: { reason: EndReason; detail: string }): Extract<RunOutcome, { kind: 'failed' }> | null {
  if (ended.reason === 'end_turn') return null;
  const detail = ended.detail.trim();
  const sentence = END_SENTENCES[ended.reason];
  return failed(runId, ended.reason, detail === '' ? `${sentence}.` : `${sentence}: ${detail}`, null);
}

export function failed(runId: AgentRun['id'], failure: RunFailure, detail: string, feedback: string | null): Extract<RunOutcome, { kind: 'failed' }> {
  return { kind: 'failed', runId, failure, detail, retryable: isRetryable(failure), feedback };
}

/** True for roles whose result is a text; their changes of files are thrown away. */
export function answersText(role: AgentRun['role']): boolean {
  return role === 'reviewer' || role === 'planner';
}

/**
 * The text a reviewer or planner gave: what it said after its last tool call, or all it said when that is blank. A plain
 * command says it on its standard output.
 */
export function answerText(events: readonly AgentEvent[]): string {
  const said = joined(events.slice(events.findLastIndex((event) => event.kind === 'tool') + 1));
  if (said !== '') return said;
  const all = joined(events);
  if (all !== '') return all;
  return events
    .map((event) => (event.kind === 'output' && event.stream === 'stdout' ? event.text : ''))
    .join('')
    .trim();
}

function joined(events: readonly AgentEvent[]): string {
  return events
    .map((event) => (event.kind === 'text' ? event.text : ''))
    .join('')
    .trim();
}

/** The agent's limits in the units of the harness. */
export function limitsOf(spec: AgentSpec): RunLimits {
  const { limits } = spec;
  return {
    wallMs: Math.round(limits.wall_minutes * 60_000),
    idleMs: Math.round(limits.idle_minutes * 60_000),
    turns: limits.turns,
    tokens: limits.tokens,
    costMicros: Math.round(limits.cost_usd * 1_000_000),
    outputBytes: Math.round(limits.output_mb * 1024 * 1024),
  };
}

// About 60 lines of a failing test: enough for an agent to act on, small beside the task in its prompt.
const FEEDBACK_CHARS = 6000;

/** What the next attempt is told about failing checks: each with the part of its output that speaks of the failure. */
export function checksFeedback(checks: readonly CheckRun[]): string {
  const bad = checks.filter((check) => check.exit_code !== 0);
  const share = Math.floor(FEEDBACK_CHARS / Math.max(1, bad.length));
  return bad.map((check) => `Check "${check.name}" (${check.command}) ${howItEnded(check)}:\n${failingPart(check.output, share)}`).join('\n\n');
}

function howItEnded(check: CheckRun): string {
  return check.exit_code === null ? 'did not finish' : `ended with code ${check.exit_code}`;
}

const FAILURE_LINE = /(\bnot ok\b|\bFAIL(ED|URE)?\b|\berror\b|\bexception\b|\bassert|✖|✕|×|\bpanic(ked)?\b|Traceback|expected)/i;

/**
 * The part of an output that speaks of the failure, at most `most` characters: from a few lines before the first line that
 * looks like one, else the end. Escape sequences are removed.
 */
export function failingPart(output: string, most: number): string {
  // oxlint-disable-next-line no-control-regex -- terminal colours start with the escape character
  const clean = output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').trim();
  if (clean.length <= most) return clean;
  const lines = clean.split('\n');
  const first = lines.findIndex((line) => FAILURE_LINE.test(line));
  const from = lines.slice(Math.max(0, first - 3)).join('\n');
  if (first < 0) return `…${clean.slice(-most)}`;
  // Half for where it begins, half for the end, where most runners print their summary.
  if (from.length <= most) return from;
  const half = Math.floor(most / 2);
  return `${from.slice(0, half)}\n…\n${from.slice(-half)}`;
}
