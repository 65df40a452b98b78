import type { Tone } from '../../ui/tone.ts';
import { rungWord } from './words.ts';

const EVENTS: Readonly<Record<string, { word: string; tone: Tone }>> = {
  requested: { word: 'Asked for', tone: 'neutral' },
  planned: { word: 'Planned', tone: 'neutral' },
  'plan.executed': { word: 'Plan approved', tone: 'good' },
  'plan.approved': { word: 'Plan approved', tone: 'good' },
  'run.started': { word: 'Agent began', tone: 'neutral' },
  'run.ended': { word: 'Agent ended', tone: 'neutral' },
  submitted: { word: 'Submitted', tone: 'info' },
  'merge.started': { word: 'Merging began', tone: 'neutral' },
  merged: { word: 'Merged', tone: 'info' },
  verified: { word: 'Verified', tone: 'good' },
  landed: { word: 'Landed', tone: 'good' },
  already_landed: { word: 'Was there already', tone: 'good' },
  quarantined: { word: 'Set aside', tone: 'bad' },
  requeued: { word: 'Tried again', tone: 'info' },
  resolved: { word: 'Decided', tone: 'accent' },
  dropped: { word: 'Dropped', tone: 'neutral' },
  reverted: { word: 'Taken back by the queue', tone: 'bad' },
  fault: { word: 'Something outside of it failed', tone: 'warn' },
  'build.failed': { word: 'Failed together with others; looked at alone', tone: 'warn' },
  'head.failing': { word: 'Waits: the branch fails without it', tone: 'warn' },
};

/** An event of a change's way as people say it; one that nobody named yet as its own name. */
export function timelineWord(event: string): { word: string; tone: Tone } {
  return EVENTS[event] ?? { word: event.replaceAll('.', ': ').replaceAll('_', ' '), tone: 'neutral' };
}

/** A detail of the server, with how it was merged in words instead of the rung's name. */
export function plainDetail(detail: string): string {
  return detail.replace(/ by (R\d)$/, (_, rung: string) => ` (${rungWord(rung)?.word.toLowerCase() ?? rung})`);
}

interface JournalLike {
  event: string;
  detail: Record<string, unknown>;
}

/** Files that more than git had a hand in at the last merge, and what was done. */
export function mergeNotes(journal: readonly JournalLike[]): Array<{ path: string; how: string }> {
  const merged = journal.findLast(({ event }) => event === 'merged');
  if (merged === undefined) return [];
  const structured = listOf(merged.detail['structured']).flatMap((one) =>
    isRecord(one) && typeof one['path'] === 'string'
      ? [{ path: one['path'], how: `merged by structure${typeof one['rule'] === 'string' ? ` (${one['rule']})` : ''}` }]
      : [],
  );
  const regenerated = listOf(merged.detail['regenerated']).flatMap((path) =>
    typeof path === 'string' ? [{ path, how: "written by the project's command" }] : [],
  );
  return [...structured, ...regenerated];
}

/** One run of the checks as a change's journal tells it. */
export interface CheckRun {
  at: string;
  passed: boolean;
  /** The tree had passed before: the checks were not run again. */
  known: boolean;
  tree: string | null;
  checks: Array<{ name: string; command: string | null; exitCode: number | null; output: string | null }>;
  /** Whose fault a failure was, as a sentence. */
  judgement: string | null;
}

/** The runs of the checks on a change, newest first. */
export function checkRuns(journal: ReadonlyArray<JournalLike & { at: string }>): CheckRun[] {
  return journal
    .flatMap((row): CheckRun[] => {
      const { detail, at } = row;
      if (row.event === 'verified')
        return [
          {
            at,
            passed: true,
            known: detail['again'] === false,
            tree: textOf(detail['tree']),
            checks: checksOf(detail['checks']),
            judgement: judgementOf(detail['attribution']),
          },
        ];
      const reason = detail['reason'];
      if (row.event !== 'quarantined' || !isRecord(reason) || reason['kind'] !== 'checks_failed') return [];
      return [{ at, passed: false, known: false, tree: null, checks: checksOf(reason['checks']), judgement: judgementOf(reason['attribution']) }];
    })
    .toReversed();
}

function checksOf(value: unknown): CheckRun['checks'] {
  return listOf(value).flatMap((one) =>
    isRecord(one) && typeof one['name'] === 'string'
      ? [
          {
            name: one['name'],
            command: textOf(one['command']),
            exitCode: typeof one['exit_code'] === 'number' ? one['exit_code'] : null,
            output: textOf(one['output']),
          },
        ]
      : [],
  );
}

const judgementOf = (value: unknown): string | null => (isRecord(value) ? textOf(value['detail']) : null);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
