import type { Tone } from '../../ui/tone.ts';

/** A persisted name as people say it. */
export interface Word {
  word: string;
  tone: Tone;
  /** One sentence for who meets it for the first time. */
  about: string;
}

const RUNGS: Readonly<Record<string, Word>> = {
  R0: { word: 'No overlap', tone: 'neutral', about: 'Nothing else had changed these files: they were put in place as they are.' },
  R1: { word: 'Merged by git', tone: 'neutral', about: 'Others had changed the same files; git merged both sides line by line.' },
  R2: {
    word: 'Regenerated',
    tone: 'info',
    about: "Files the queue writes itself, such as lockfiles, were written again by the project's own command.",
  },
  R3: {
    word: 'Merged by structure',
    tone: 'info',
    about: 'Lines overlapped; the parts of the file were merged by what they mean, and then verified.',
  },
  R4: { word: 'Reworked', tone: 'info', about: 'The agent got the conflict and a fresh base, and made it again.' },
  R5: { word: 'Decided by a person', tone: 'accent', about: 'A person chose what the files are to be.' },
};

/** How a change was put on its branch. Null: it has not been yet. */
export function rungWord(rung: string | null): Word | null {
  if (rung === null) return null;
  return RUNGS[rung] ?? { word: rung, tone: 'neutral', about: 'How it was merged.' };
}

const REASONS: Readonly<Record<string, Word>> = {
  conflict: {
    word: 'Conflict',
    tone: 'warn',
    about: 'It changes the same lines as something that landed first. A person chooses which version stays.',
  },
  checks_failed: { word: 'Checks failed', tone: 'bad', about: 'The checks fail with it and pass without it.' },
  effect_lost: { word: 'Change would be lost', tone: 'bad', about: 'Merged, it would no longer do what was submitted.' },
  publish_refused: { word: 'Not published', tone: 'bad', about: 'The place it should go to refused it.' },
  retries_exhausted: { word: 'Gave up trying', tone: 'bad', about: 'Something outside of the change kept failing.' },
};

/** Why a change request was set aside. */
export function reasonWord(kind: string): Word {
  return REASONS[kind] ?? { word: kind.replaceAll('_', ' '), tone: 'neutral', about: 'It was set aside.' };
}

const OUTCOMES: Readonly<Record<string, Word>> = {
  awaiting_approval: { word: 'Waits for approval', tone: 'warn', about: 'Somebody who may decides on the push first.' },
  under_way: { word: 'Under way', tone: 'info', about: 'It goes through the queue like any change.' },
  done: { word: 'Done', tone: 'good', about: 'It has landed.' },
  set_aside: { word: 'Set aside', tone: 'bad', about: 'It met a conflict or failed its checks; a person has to decide.' },
  not_done: { word: 'Not done', tone: 'neutral', about: 'Nothing was changed.' },
};

/** What became of a rollback, or of a landing that is put back. */
export function outcomeWord(outcome: string): Word {
  return OUTCOMES[outcome] ?? { word: outcome.replaceAll('_', ' '), tone: 'neutral', about: '' };
}

/** What stands beside a landing about what happened to it since. Null: it is there as it landed. */
export function sinceLanding(landing: { event: string; lost: boolean; rollbacks: ReadonlyArray<{ kind: string; outcome: string }> }): Word | null {
  if (landing.event === 'reverted')
    return { word: 'Taken back by the queue', tone: 'bad', about: 'The combined tree failed its checks after it had landed.' };
  const [last] = landing.rollbacks;
  if (landing.lost && last?.outcome !== 'done') return { word: 'Lost', tone: 'bad', about: 'Somebody rewrote the branch without it.' };
  if (last === undefined || last.outcome === 'not_done') return null;
  const undo = last.kind === 'rollback';
  if (last.outcome === 'done')
    return { word: undo ? 'Reverted' : 'Landed again', tone: undo ? 'warn' : 'good', about: undo ? 'It was undone.' : 'It was put back.' };
  const word = last.outcome === 'awaiting_approval' ? 'waits for approval' : last.outcome === 'set_aside' ? 'was set aside' : 'under way';
  return {
    word: `${undo ? 'Revert' : 'Landing again'} ${word}`,
    tone: last.outcome === 'set_aside' ? 'bad' : 'info',
    about: outcomeWord(last.outcome).about,
  };
}

/** `person:mara` as `mara`; an agent or a token says what it is. */
export function actorWord(subject: string): string {
  const [kind, ...rest] = subject.split(':');
  const name = rest.join(':');
  if (name === '') return subject;
  return kind === 'person' || kind === 'agent' ? name : `${kind ?? ''} ${name}`;
}

/** Who made a change: the agent whose run it was, or who submitted it. */
export function authorWord(entry: { run: { agent: string } | null; submitted_by: string }): { name: string; kind: 'agent' | 'person' | 'other' } {
  if (entry.run !== null) return { name: entry.run.agent, kind: 'agent' };
  const kind = entry.submitted_by.split(':')[0];
  return { name: actorWord(entry.submitted_by), kind: kind === 'person' ? 'person' : kind === 'agent' || kind === 'run' ? 'agent' : 'other' };
}

/** A share of 1 as a percentage, or a dash for a share of nothing. */
export const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`);

/** `3 files`, `1 file`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Bytes as people read them: `912 B`, `1.4 kB`, `3 MB`. */
export function byteWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/** What took the place of a change request that was dropped for it, as the queue writes that down. Null: it was dropped for something else. */
export function laterOf(reason: string): { id: string; isDecision: boolean } | null {
  const [, how, id] = /^(resolved as|superseded by) (cr_\w+)$/.exec(reason) ?? [];
  return id === undefined ? null : { id, isDecision: how === 'resolved as' };
}

interface Tried {
  task_id: string;
  attempt: number;
}

/** Each beginning of a story has a hundred numbers of its own for its pull request: `101` is the first try of the first. */
const OF_ONE_STORY = 100;

/** Which try this is, as a person counts. */
export const tryOf = ({ task_id: task, attempt }: Tried): number =>
  task.startsWith('pull_') && attempt > OF_ONE_STORY ? attempt % OF_ONE_STORY || OF_ONE_STORY : attempt;

/** Which try of an author this is; null for a first one, and for what the system hands in itself: its numbers go on over a whole story. */
export const attemptWord = (entry: Tried & { submitted_by: string }): string | null =>
  tryOf(entry) > 1 && entry.submitted_by !== 'system' ? `attempt ${tryOf(entry)}` : null;
