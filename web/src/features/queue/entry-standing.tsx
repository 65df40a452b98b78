import { Clock } from 'lucide-react';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { kindOf } from './may-do.ts';
import type { EntryDetail } from './queries.ts';
import { Sentence } from './sentence.tsx';
import { reasonWord } from './words.ts';

const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** Where it stands, in a sentence at the head of the page: why it waits, why it was set aside, that it is gone. */
export function EntryStanding({ entry }: { entry: EntryDetail }) {
  if (entry.wait !== null)
    return (
      <p role="status" className="mb-4 flex flex-wrap items-center gap-x-2 rounded-md bg-info-soft px-3 py-2 text-sm text-info">
        <Clock size={15} aria-hidden />
        <Sentence text={entry.wait.sentence} titles={NO_TITLES} />
        {entry.wait.expected_at !== null && (
          <span>
            Expected to land <Time at={entry.wait.expected_at} />.
          </span>
        )}
      </p>
    );
  const kind = kindOf(entry.quarantine);
  if (kind !== null) {
    const reason = reasonWord(kind);
    return (
      <div className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
        <p>
          <span className="font-medium">{reason.word}.</span> {reason.about}
        </p>
        {kind !== 'conflict' && entry.last_error !== null && (
          <Untrusted text={entry.last_error} className="mt-1 max-h-40 overflow-y-auto font-mono text-xs" />
        )}
      </div>
    );
  }
  if (entry.lost)
    return <p className="mb-4 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">It had landed, and somebody rewrote the branch without it.</p>;
  if (entry.state === 'dropped' && entry.last_error !== null)
    return (
      <p className="mb-4 rounded-md bg-sunken px-3 py-2 text-sm text-muted">
        Dropped: “<Untrusted text={entry.last_error} inline />”
      </p>
    );
  return null;
}
