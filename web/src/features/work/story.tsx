import { useCallback, useEffect, useMemo, useRef } from 'react';
import { getRouteApi, useLocation } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Checkbox } from '../../ui/text-input.tsx';
import { storyList, type Issue, type TimelineEntry } from './queries.ts';
import { addressOf, entryOf } from './entry-address.ts';
import { StoryEntry } from './story-entry.tsx';

const route = getRouteApi('/shell/work/$id');

/** The issue's story from the event that brought it to its merge; it grows by itself. Of a long one the newest part is there, what came before on request. */
export function Story({ issue, all }: { issue: Issue; all: boolean }) {
  const list = usePagedList(storyList(issue.id, all));
  const { query, problem } = list;
  const navigate = route.useNavigate();
  const entries = useMemo(() => list.rows.toReversed(), [list.rows]);
  const wanted = useWantedEntry(list);
  return (
    <Panel
      title="What happened"
      flush
      aside={
        <Checkbox
          label="Everything on record"
          className="text-sm text-muted"
          checked={all}
          onChange={({ target }) => void navigate({ search: target.checked ? { all: true } : {}, hash: true, replace: true })}
        />
      }
    >
      {wanted.isMissing && (
        <p role="status" className="border-b border-line px-4 py-2 text-sm text-muted">
          {all
            ? 'The entry of this address is not in the story.'
            : 'The entry of this address is not told here; it may be among everything on record.'}
        </p>
      )}
      {query.isPending && <SkeletonRows rows={8} />}
      {query.data === undefined && !query.isPending && <Failure error={query.error} noun="the story" onRetry={() => void query.refetch()} />}
      {query.data !== undefined && entries.length === 0 && (
        <Empty icon={History} title="Nothing has happened yet">
          What becomes of this issue will stand here as it happens.
        </Empty>
      )}
      {query.hasNextPage && (
        <div className="flex justify-center border-b border-line p-3">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchNextPageError ? 'Could not read on. Try again' : 'Show what came before'}
          </Button>
        </div>
      )}
      {entries.length > 0 && <Entries entries={entries} marked={wanted.id} onAddress={wanted.onAddress} />}
      {problem?.what === 'again' && <ListEnd problem={problem} />}
    </Panel>
  );
}

interface WantedEntry {
  id: string | null;
  isMissing: boolean;
  /** The address is given to an entry that somebody is at: nothing is brought into view for it. */
  onAddress(id: string): void;
}

/** The entry that the address names: read on for until it is there, and brought into view once. */
function useWantedEntry({ query, rows }: ReturnType<typeof usePagedList<TimelineEntry>>): WantedEntry {
  const id = entryOf(useLocation({ select: ({ hash }) => hash }));
  const isThere = id !== null && rows.some((entry) => entry.id === id);
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const isSought = id !== null && !isThere && data !== undefined;
  useEffect(() => {
    if (isSought && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [isSought, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (!isThere || shown.current === id) return;
    shown.current = id;
    const element = document.getElementById(addressOf(id));
    element?.scrollIntoView({ block: 'center' });
    element?.focus({ preventScroll: true });
  }, [id, isThere]);
  const onAddress = useCallback((here: string) => {
    shown.current = here;
  }, []);
  return { id, isMissing: isSought && !hasNextPage, onAddress };
}

interface EntriesProps {
  entries: readonly TimelineEntry[];
  marked: string | null;
  onAddress(id: string): void;
}

function Entries({ entries, marked, onAddress }: EntriesProps) {
  const last = entries.at(-1);
  return (
    <>
      <ol aria-label="What happened" className="py-2">
        {entries.map((entry, index) => {
          const day = entry.at.slice(0, 10);
          const isNewDay = index === 0 || entries[index - 1]?.at.slice(0, 10) !== day;
          return (
            <StoryEntry
              key={entry.id}
              entry={entry}
              day={isNewDay ? day : null}
              isLast={entry === last}
              isMarked={entry.id === marked}
              onAddress={onAddress}
            />
          );
        })}
      </ol>
      <p role="status" className="sr-only">
        {last === undefined ? '' : `Newest: ${last.text}`}
      </p>
    </>
  );
}
