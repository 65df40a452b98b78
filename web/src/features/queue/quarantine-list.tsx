import { Link } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Pages } from './pages.tsx';
import { PlaceLine } from './place-line.tsx';
import { quarantineList, type Place, type Quarantined } from './queries.ts';
import { EntryLink } from './sentence.tsx';
import { WordBadge } from './word-badge.tsx';
import { reasonWord } from './words.ts';

/** What was set aside and waits for a person. */
export function QuarantineList({ place }: { place: Place }) {
  const list = usePagedList(quarantineList(place));
  return (
    <Pages
      list={list}
      noun="what was set aside"
      label="Set aside"
      rowHeight={92}
      row={(item) => <QuarantineRow item={item} />}
      empty={
        <Empty icon={PartyPopper} title="Nothing is set aside">
          A change comes here when it conflicts with something that landed first, or its checks fail. Then a person decides.
        </Empty>
      }
    />
  );
}

function QuarantineRow({ item }: { item: Quarantined }) {
  const conflict = item.kind === 'conflict' && item.superseded_by === null;
  return (
    <article className="grid gap-x-4 gap-y-1.5 px-4 py-3 md:grid-cols-[minmax(0,1fr)_auto] md:items-center">
      <div className="flex min-w-0 flex-col gap-1">
        <h2 className="min-w-0 font-medium wrap-anywhere">
          <Link
            to="/queue/$id"
            params={{ id: item.id }}
            search={conflict ? { view: 'conflict' } : {}}
            className="inline-block min-h-6 leading-6 hover:text-accent hover:underline"
          >
            <Untrusted text={item.summary} inline />
          </Link>
        </h2>
        <PlaceLine entry={item} />
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
          <WordBadge word={reasonWord(item.kind)} />
          <span className="min-w-0 font-mono text-xs wrap-anywhere">
            {item.names.slice(0, 3).map((name, at) => (
              <span key={name}>
                {at > 0 && ', '}
                <Untrusted text={name} inline />
              </span>
            ))}
            {item.names.length > 3 && ` and ${item.names.length - 3} more`}
          </span>
          {item.superseded_by !== null && (
            <span>
              a later attempt took its place: <EntryLink id={item.superseded_by} title="open it" />
            </span>
          )}
        </p>
      </div>
      <div className="flex items-center justify-between gap-3 md:justify-end">
        <span className="text-sm whitespace-nowrap text-muted">
          <Time at={item.since} />
        </span>
        <Button asChild size="small" kind={conflict ? 'primary' : 'plain'}>
          <Link to="/queue/$id" params={{ id: item.id }} search={conflict ? { view: 'conflict' } : { view: 'checks' }}>
            {conflict ? 'Decide' : 'Look at it'}
          </Link>
        </Button>
      </div>
    </article>
  );
}
