import { describeFailedChecks } from '#kernel/failing-lines.ts';
import { visible } from '#kernel/text.ts';
import type { QuarantineReason } from '#modules/merge-queue/index.ts';
import type { RequestOptions } from './model.ts';

type AgentRoles = Readonly<Partial<Record<'coder' | 'reviewer' | 'tester' | 'planner', string>>>;

/** Which agent plays a role: the request's own choice, then the project's, then the installation's; null: nobody named. */
export function decideAgentFor(
  role: keyof AgentRoles,
  options: Pick<RequestOptions, 'agent'>,
  project: AgentRoles,
  installation: AgentRoles,
): string | null {
  if (role === 'coder' && options.agent !== null) return options.agent;
  return project[role] ?? installation[role] ?? null;
}

/** As `decideAgentFor`; where nobody is named a tester, the coder writes the tests a plan asks for. */
export function decideDoerFor(...[role, options, project, installation]: Parameters<typeof decideAgentFor>): string | null {
  const named = decideAgentFor(role, options, project, installation);
  return named === null && role === 'tester' ? decideAgentFor('coder', options, project, installation) : named;
}

interface Waiting {
  id: string;
  role: string;
  scope: readonly string[];
}

/**
 * Which of a task's dependencies must have landed, and which must only have ended. The planner `rules` lets items of a list that name
 * the same file wait for each other, to keep them out of each other's way: one of them may fail, and the others still be done. Items
 * that name no file follow each other because they may build on each other, and tests need what they test.
 */
export function splitWaits(
  task: Waiting,
  dependsOn: readonly string[],
  plan: { planner: string; tasks: readonly Waiting[] },
): { landed: string[]; ended: string[] } {
  const namesFiles = ({ role, scope }: Waiting): boolean => role === 'coder' && !scope.includes('**');
  const isOrderOnly = (id: string): boolean => {
    const other = plan.tasks.find((one) => one.id === id);
    return plan.planner === 'rules' && other !== undefined && namesFiles(task) && namesFiles(other);
  };
  return { landed: dependsOn.filter((id) => !isOrderOnly(id)), ended: dependsOn.filter(isOrderOnly) };
}

const MOST_FEEDBACK = 12_000;

/** What an agent must hear of a change request that did not land, in words; null when there is nothing to learn. */
export function feedbackOf(quarantine: QuarantineReason | null): string | null {
  if (quarantine === null) return null;
  switch (quarantine.kind) {
    case 'conflict': {
      const share = Math.floor(MOST_FEEDBACK / (2 * Math.max(1, quarantine.conflicts.length)));
      return clip(
        [
          'Others landed changes to the same lines while you worked. Your worktree now starts from the newest state: keep what is there and do your task on top of it.',
          ...quarantine.conflicts.map(
            (conflict) =>
              `Conflict in ${conflict.path}: ${conflict.message}\nTheir version:\n${version(conflict.ours, share)}\nYour earlier version:\n${version(conflict.theirs, share)}`,
          ),
        ].join('\n\n'),
      );
    }
    case 'checks_failed':
      return clip(
        [
          'Merged onto the newest state, these checks failed:',
          ...quarantine.checks.map((check) => `${check.name} (${check.command}) ended with ${check.exit_code ?? 'no exit code'}:\n${check.output}`),
        ].join('\n\n'),
      );
    case 'effect_lost':
    case 'publish_refused':
    case 'retries_exhausted':
      return quarantine.detail;
  }
}

const MOST_PATHS = 5;

/**
 * What people read of a change request that did not land, in one line; null when nothing went wrong. Made of the output of checks:
 * whoever stores it redacts it (`describeFailedChecks`).
 */
export function reasonOf(quarantine: QuarantineReason | null): string | null {
  if (quarantine === null) return null;
  switch (quarantine.kind) {
    case 'conflict': {
      const paths = quarantine.conflicts.map((conflict) => visible(conflict.path));
      const more = paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : '';
      return `It conflicts with what others landed, in ${paths.slice(0, MOST_PATHS).join(', ')}${more}.`;
    }
    case 'checks_failed': {
      const many = quarantine.checks.length;
      return `Merged onto the newest state, ${many} check${many === 1 ? '' : 's'} failed: ${describeFailedChecks(quarantine.checks)}`;
    }
    case 'effect_lost':
    case 'publish_refused':
    case 'retries_exhausted':
      return quarantine.detail.split('\n')[0] ?? quarantine.detail;
  }
}

/** A long file is cut at its end: the diffs beside it show where it matters, and the sentences before it must stay. */
function version(text: string | null, most: number): string {
  if (text === null) return '(deleted, binary or too large)';
  return text.length <= most ? text : `${text.slice(0, most)}\n…`;
}

/** Keeps the end: that is where test runners say what failed. */
function clip(text: string): string {
  return text.length <= MOST_FEEDBACK + 1000 ? text : `…\n${text.slice(-MOST_FEEDBACK)}`;
}

/** `Fix rounding of totals` -> `fix-rounding-of-totals`; at most 40 characters, safe as a branch name. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (slug.length <= MOST_OF_SLUG) return slug === '' ? 'request' : slug;
  const whole = slug.slice(0, MOST_OF_SLUG + 1).lastIndexOf('-');
  return slug.slice(0, whole > 0 ? whole : MOST_OF_SLUG);
}

const MOST_OF_SLUG = 40;

/** Wants a story to begin: an open issue that carries the ready label and has no story under way. */
export function decideStart(facts: {
  readyLabel: string;
  labels: readonly string[];
  state: string;
  storyRunning: boolean;
  optedOut: boolean;
}): 'start' | 'ignore' {
  if (facts.optedOut || facts.storyRunning) return 'ignore';
  if (!facts.labels.some((label) => label.toLowerCase() === facts.readyLabel.toLowerCase())) return 'ignore';
  return facts.state === 'new' || facts.state === 'needs_info' ? 'start' : 'ignore';
}
