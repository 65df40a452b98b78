import { failingLines } from '#kernel/failing-lines.ts';
import { visible } from '#kernel/text.ts';
import type { CheckResult } from '#ports/forge-read.ts';

/** Names of checks that Reeve itself puts on a commit: they are its own word, not the forge's CI. They decide only where the forge does not tell who wrote one. */
const OWN_CHECK = /^reeve\//i;

/** A red check goes back to the agent at most this often; then a person is asked. */
export const MOST_CI_RETRIES = 2;

/** So long a repository that never showed a check may take to show its first. GitHub makes the check suites of a push within seconds. */
const UNEXPECTED_MS = 60_000;

/** So long one that has CI may take to begin: a queue of runners on a busy morning. */
const EXPECTED_MS = 30 * 60_000;

/** So long nothing new may have been shown before what is shown is all: later jobs and slower apps come with checks of their own. */
export const SETTLE_MS = 10_000;

/** So long a check may go on; GitHub Actions itself ends a job after six hours. */
const LONGEST_CHECK_MS = 6 * 3_600_000;

export const isForeignCheck = ({ name, own }: Pick<CheckResult, 'name' | 'own'>): boolean => (own === undefined ? !OWN_CHECK.test(name) : !own);

/** Files by which a repository says that somebody runs its checks. */
const CI_FILE =
  /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.circleci\/config\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|Jenkinsfile|\.buildkite\/pipeline\.ya?ml|\.drone\.ya?ml|\.cirrus\.ya?ml|appveyor\.ya?ml)$/i;

export const hasCiFiles = (paths: readonly string[]): boolean => paths.some((path) => CI_FILE.test(path));

/** What the forge shows of one commit. */
export interface CiFacts {
  checks: readonly CheckResult[];
  /** The repository holds the configuration of a CI, or showed results of one before. */
  expected: boolean;
  /** What the project says of its CI; left out: `auto`, as the repository looks. */
  mode?: 'auto' | 'required' | 'none';
  /** How long the commit has been waited for. */
  waitedMs: number;
  /** How long nothing new was shown; left out: as long as it has been waited for. */
  quietMs?: number;
  /** A verdict on this commit was given before, with these that never ended: what stands now is all there is. */
  told?: { waiting: readonly string[] };
}

export type CiState =
  | { kind: 'pending'; waiting: string[]; againMs?: number }
  | { kind: 'green'; checks: string[] }
  | { kind: 'red'; failed: CheckResult[] }
  /** Nobody runs checks here: Reeve's own decide. */
  | { kind: 'none' }
  /** Somebody should have, and nothing came, or (`waiting`) did not end. */
  | { kind: 'silent'; waiting?: string[] };

/**
 * How the forge's CI stands on one commit. Red as soon as one check failed: what runs beside it would only make the agent wait. A check that was cancelled says nothing
 * good, so it counts as failed. Skipped and neutral ones are no failures; a commit with only those is green. Green only when nothing new was
 * shown for a while.
 */
export function decideCi({ checks, waitedMs, quietMs = waitedMs, mode = 'auto', told, ...facts }: CiFacts): CiState {
  const foreign = checks.filter(isForeignCheck);
  const failed = foreign.filter(({ conclusion }) => conclusion === 'failure' || conclusion === 'cancelled');
  if (failed.length > 0) return { kind: 'red', failed };
  const pending = foreign.filter(({ conclusion }) => conclusion === 'pending');
  const waiting = pending.map(({ name }) => name);
  if (waiting.length > 0) {
    const isKnown = told !== undefined && waiting.every((name) => told.waiting.includes(name));
    return { kind: isKnown || waitedMs >= LONGEST_CHECK_MS ? 'silent' : 'pending', waiting };
  }
  if (foreign.length > 0) {
    const againMs = told === undefined ? Math.ceil(SETTLE_MS - Math.min(waitedMs, quietMs)) : 0;
    return againMs > 0 ? { kind: 'pending', waiting: [], againMs } : { kind: 'green', checks: foreign.map(({ name }) => name) };
  }
  if (mode === 'none') return { kind: 'none' };
  const expected = facts.expected || mode === 'required';
  if (told === undefined && waitedMs < (expected ? EXPECTED_MS : UNEXPECTED_MS)) return { kind: 'pending', waiting: [] };
  return expected ? { kind: 'silent' } : { kind: 'none' };
}

/** What was retried before, by the number of the retry. */
export interface TriedRetry {
  number: number;
  headSha: string;
  checkName: string;
  summary: string;
}

/**
 * Whether an agent may be sent to a red commit again. `same`: this very retry was begun before (a crash came between). One failure
 * causes one retry: a commit that was retried once is a person's, and so is everything after MOST_CI_RETRIES, unless a person granted one more.
 */
export function decideCiRetry(
  asked: { number: number; headSha: string; granted: boolean },
  tried: readonly TriedRetry[],
): { kind: 'same' } | { kind: 'retry' } | { kind: 'spent' } {
  if (tried.some(({ number, headSha }) => number === asked.number && headSha === asked.headSha)) return { kind: 'same' };
  if (asked.granted) return { kind: 'retry' };
  if (tried.some(({ headSha }) => headSha === asked.headSha)) return { kind: 'spent' };
  const begun = new Set(tried.map(({ number }) => number)).size;
  return begun < MOST_CI_RETRIES ? { kind: 'retry' } : { kind: 'spent' };
}

/** Most characters of all logs together in what an agent is told: about 3,000 tokens. */
const MOST_OF_LOGS = 12_000;
/** Lines before the first telling one that are kept: the command, the test's name. */
const LINES_BEFORE = 40;

/** GitHub puts an instant before each line of a job's log. */
const STAMP = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/gm;

/** Where a job's log begins to say what went wrong: GitHub's own mark, or a runner's words. */
const FAILURE = /##\[error\]|^(?:not ok\b|✖|✕|×|●|FAIL\b|--- FAIL:|E\s{2,}\S)|\b[A-Z]\w*(?:Error|Exception)\b|\berror(?:\[\w+\])?:/m;

/**
 * The failing part of a job's log: from a little before the first line that says so, without the forge's instants and colours; its end
 * where it is too long, because runners sum up there. Untrusted text: whoever passes it on redacts and fences it.
 */
export function failingPart(log: string, most = MOST_OF_LOGS): string {
  // oxlint-disable-next-line no-control-regex -- terminal sequences start with the escape character
  const plain = log.replace(STAMP, '').replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
  const lines = plain.split(/\r?\n/).filter((line) => !/^##\[(?:group|endgroup|debug)\]/.test(line));
  const first = lines.findIndex((line) => FAILURE.test(line));
  const part = (first < 0 ? lines.slice(-120) : lines.slice(Math.max(0, first - LINES_BEFORE))).join('\n').trim();
  return part.length <= most ? part : `…\n${part.slice(-most)}`;
}

/** A failed check with its log, null where the forge keeps none. */
export interface RedCheck {
  check: CheckResult;
  log: string | null;
}

/** What the agent is told of a red commit. */
export function ciFeedback(headSha: string, red: readonly RedCheck[]): string {
  const share = Math.floor(MOST_OF_LOGS / Math.max(1, red.length));
  const told = red.map(({ check, log }) => {
    const how = check.conclusion === 'cancelled' ? 'was cancelled' : 'failed';
    const words = log === null ? check.summary.trim() : failingPart(log, share);
    return `The check ${visible(check.name)} ${how}${words === '' ? '. The forge keeps no log of it.' : `:\n${words}`}`;
  });
  return [
    `Your change is pushed as ${headSha}, and the checks of the repository's own CI are red there. Your worktree starts from that state: mend what they say, on top of what is there.`,
    ...told,
  ].join('\n\n');
}

/** The same for people, in one line. */
export function ciSummary(headSha: string, red: readonly RedCheck[]): string {
  const told = red.map(({ check, log }) => {
    const lines = failingLines(log ?? check.summary, 160);
    return `${visible(check.name)}${lines.length === 0 ? '' : ` (${lines.join(' | ')})`}`;
  });
  return `${headSha.slice(0, 10)}: ${told.join('; ')}`.slice(0, 600);
}

/** A task that has landed, with the files it changed. */
export interface LandedTask {
  taskId: string;
  role: string;
  paths: readonly string[];
}

/** Whose work a red commit most likely is: the task most of whose files the logs name, the last one that landed where they name none. Null: nothing landed. */
export function chooseTask(tasks: readonly LandedTask[], words: string): string | null {
  const named = (task: LandedTask): number => task.paths.filter((path) => words.includes(path)).length;
  const coders = tasks.filter(({ role }) => role === 'coder');
  const among = coders.length > 0 ? coders : tasks;
  const most = Math.max(0, ...among.map(named));
  return (among.findLast((task) => named(task) === most) ?? null)?.taskId ?? null;
}
