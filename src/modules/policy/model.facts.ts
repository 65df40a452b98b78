/**
 * Facts that limits are held against, with their exact names. Whoever can observe one puts it among the facts of a question
 * (app's `createFacts`), and names it in `PolicyDeps.observed`: from then on, a question of a kind it concerns that comes without it is
 * decided as if the limit were passed. A fact that is there is always held against its limit, whatever the kind; one of the
 * wrong type, or a number that is not finite, denies.
 */
export const LIMIT_FACTS = {
  /** US dollars this calendar month (UTC), the worst case of the asked action included. Number, 0 or more. Held against `max_monthly_cost_usd`. */
  'cost.month_usd': ['agent.dispatch'],
  /**
   * True when the texts that would leave for a forge outside hold personal data, as `pii_redaction` looks for it: under `standard` what was
   * found is replaced before the action is recorded, so that it is left in labels and assignees only; network addresses count under the other values only. Boolean; beside
   * it `personal_data.where` says what and where (`email in args.body`). Held against `pii_redaction`.
   */
  'personal_data.found': [
    'pr.create',
    'pr.update',
    'pr.comment.summary',
    'pr.comment.answer',
    'pr.review',
    'pr.thread.reply',
    'pr.comment.output',
    'pr.revert',
    'release.draft',
    'release.changelog',
    'issue.comment.triage',
    'issue.comment.plan',
    'issue.comment.questions',
    'issue.create.low',
    'report.post.public',
    'sprint.nudge',
    'statuspage.update',
    'release.publish',
  ],
  /** People who can read the channel a message goes to. Whole number. Held against `max_channel_size_auto_post`. */
  'channel.size': ['report.post.public', 'sprint.nudge', 'statuspage.update'],
  /** Files the change touches, renames counted twice. Whole number. Held against `max_files_per_change`. */
  'change.files': ['pr.merge', 'branch.push'],
  /** Bytes of the changed files as they become. Whole number. Held against `max_bytes_per_change`. */
  'change.bytes': ['pr.merge', 'branch.push'],
  /** Changed paths, both names of a rename. List of texts. Held against `protected_paths`. */
  'change.paths': ['pr.merge', 'branch.push'],
} as const satisfies Record<string, readonly string[]>;

export type LimitFact = keyof typeof LIMIT_FACTS;

/** Whether a question of this kind must bring the fact, given what this installation observes. */
export function isNeeded(fact: LimitFact, actionKind: string, observed: readonly LimitFact[]): boolean {
  const kinds: readonly string[] = LIMIT_FACTS[fact];
  return observed.includes(fact) && kinds.includes(actionKind);
}
