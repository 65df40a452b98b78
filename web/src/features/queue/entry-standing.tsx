import { Clock } from 'lucide-react';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { kindOf } from './may-do.ts';
import type { EntryDetail } from './queries.ts';
import { EntryLink, Sentence } from './sentence.tsx';
import { laterOf, reasonWord } from './words.ts';

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
          <span className="font-medium">{reason.word}.</span> {entry.closed_reason ?? reason.about}
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
        <WhyDropped reason={entry.last_error} />
      </p>
    );
  return null;
}

function WhyDropped({ reason }: { reason: string }) {
  const later = laterOf(reason);
  if (later === null)
    return (
      <>
        Dropped: “<Untrusted text={reason} inline />”
      </>
    );
  return (
    <>
      {later.isDecision ? 'A person decided its conflict' : 'A later attempt took its place'}: <EntryLink id={later.id} title="what took its place" />
    </>
  );
}
