import { useCallback, useEffect, useMemo } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { ArrowUp, ScrollText } from 'lucide-react';
import { useLiveEvents } from '../../api/live.ts';
import { useShortcuts } from '../../app/keyboard.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Empty } from '../../ui/empty.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useChosenRow } from '../../ui/use-chosen-row.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { glanceOf } from './glance.ts';
import { payloadOf, useEntries, useLedgerState, type Entry } from './queries.ts';
import { isNarrowed, type LedgerSearch } from './search.ts';

const ROW_PX = 44;

const keyOf = ({ seq }: Entry): string => String(seq);

/** The entries, newest first, however many there are: only what is seen is in the page. */
export function EntryList({ search }: { search: LedgerSearch }) {
  const entries = useEntries(search);
  const navigate = useNavigate();
  const rows = useMemo(() => entries.data?.pages.flatMap((page) => page.rows) ?? [], [entries.data]);
  const { selected, select, move } = useChosenRow(rows, keyOf);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = entries;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  useShortcuts('Ledger', [
    { keys: 'j', label: 'Next entry of the list', run: () => move(1), disabled: rows.length === 0 },
    { keys: 'k', label: 'The one before', run: () => move(-1), disabled: rows.length === 0 },
  ]);
  return (
    <section aria-label="Entries" className="min-w-0 rounded-lg border border-line bg-surface shadow-panel">
      <Newer search={search} newest={rows[0]?.seq ?? 0} loaded={entries.data?.pages.length ?? 0} entries={entries} />
      <QueryState
        query={entries}
        noun="the ledger"
        loading={<SkeletonRows rows={16} height="h-11" />}
        isEmpty={() => rows.length === 0}
        empty={
          <Empty icon={ScrollText} title={isNarrowed(search) ? 'No entry fits' : 'Nothing has happened yet'}>
            {isNarrowed(search)
              ? 'Take something away from the search.'
              : 'Everything that Reeve does, and everybody who decides, leaves an entry here.'}
          </Empty>
        }
      >
        {() => (
          <>
            <ColumnNames />
            <VirtualList
              items={rows}
              keyOf={keyOf}
              rowHeight={ROW_PX}
              label="Entries of the ledger"
              onEnd={more}
              selected={selected}
              onSelect={select}
              onOpen={({ seq }) => void navigate({ to: '/ledger/$seq', params: { seq: String(seq) } })}
              row={(entry, place) => (
                <div data-row={place.index}>
                  <EntryRow entry={entry} selected={place.selected} />
                </div>
              )}
            />
            <p role="status" className="border-t border-line px-4 py-2 text-sm text-muted">
              {isFetchingNextPage ? 'Reading older entries…' : hasNextPage ? ' ' : 'This is the beginning.'}
            </p>
          </>
        )}
      </QueryState>
    </section>
  );
}

const COLUMNS = 'grid grid-cols-[4.5rem_1fr_auto] items-center gap-x-3 md:grid-cols-[5.5rem_7rem_13rem_10rem_minmax(0,1fr)]';

function ColumnNames() {
  return (
    <div aria-hidden className={cn(COLUMNS, 'hidden border-b border-line bg-sunken px-4 py-1.5 text-xs font-medium text-muted md:grid')}>
      <span>Entry</span>
      <span>When</span>
      <span>Kind</span>
      <span>By</span>
      <span>What</span>
    </div>
  );
}

function EntryRow({ entry, selected }: { entry: Entry; selected: boolean }) {
  const glance = glanceOf(payloadOf(entry));
  return (
    <Link
      to="/ledger/$seq"
      params={{ seq: String(entry.seq) }}
      preload={false}
      className={cn(COLUMNS, 'h-11 border-b border-line px-4 hover:bg-hover focus-visible:-outline-offset-2', selected && 'bg-accent-soft')}
    >
      <span className="tnum text-muted">{entry.seq}</span>
      <span className="truncate font-mono text-sm md:order-1">{entry.kind}</span>
      <Time at={entry.occurred_at} className="text-sm whitespace-nowrap text-muted" />
      <span className="hidden truncate text-sm md:order-1 md:block">
        <Untrusted inline text={entry.actor.replace(/^person:/, '')} />
      </span>
      <span className="hidden truncate text-sm text-muted md:order-1 md:block">
        {glance === '' ? <span className="font-mono">{entry.subject}</span> : <Untrusted inline text={glance} />}
      </span>
    </Link>
  );
}

/** Above the list: what is newer than its first row, and how to get there. Read again by itself only while nobody scrolled into it. */
function Newer({
  search,
  newest,
  loaded,
  entries,
}: {
  search: LedgerSearch;
  newest: number;
  loaded: number;
  entries: ReturnType<typeof useEntries>;
}) {
  const queries = useQueryClient();
  const state = useLedgerState();
  const renew = useCallback(() => void queries.invalidateQueries({ queryKey: ['ledger', 'state'] }), [queries]);
  useLiveEvents(renew);
  const count = state.data?.entries ?? 0;
  const atTop = loaded === 1 && search.start === undefined;
  const { refetch } = entries;
  useEffect(() => {
    if (atTop && count > newest && newest > 0 && !isNarrowed(search) && scrollY < 300) void refetch();
  }, [atTop, count, newest, search, refetch]);
  if (search.start !== undefined)
    return (
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 text-sm">
        <span>From entry {search.start} on.</span>
        {entries.hasPreviousPage && (
          <Button
            size="small"
            busy={entries.isFetchingPreviousPage}
            icon={<ArrowUp size={14} aria-hidden />}
            onClick={() => void entries.fetchPreviousPage()}
          >
            Show newer entries
          </Button>
        )}
        <Link to="/ledger" search={{ ...search, start: undefined }} className="inline-flex min-h-6 items-center text-accent hover:underline">
          Begin at the newest
        </Link>
      </div>
    );
  if (isNarrowed(search) || count <= newest || newest === 0) return null;
  return (
    <div className="border-b border-line px-4 py-2">
      <Button size="small" icon={<ArrowUp size={14} aria-hidden />} onClick={() => void queries.resetQueries({ queryKey: ['ledger-entries'] })}>
        {count - newest === 1 ? 'Show 1 newer entry' : `Show ${(count - newest).toLocaleString('en')} newer entries`}
      </Button>
    </div>
  );
}
