import { useMemo } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Checkbox } from '../../ui/text-input.tsx';
import { timelineQuery, type Issue, type TimelineEntry } from './queries.ts';
import { StoryEntry } from './story-entry.tsx';

const route = getRouteApi('/shell/work/$id');

/** The issue's story from the event that brought it to its merge; it grows by itself. */
export function Story({ issue, all }: { issue: Issue; all: boolean }) {
  const query = useInfiniteQuery(timelineQuery(issue.id, all));
  const navigate = route.useNavigate();
  const entries = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return (
    <Panel
      title="What happened"
      flush
      aside={
        <Checkbox
          label="Everything on record"
          className="text-sm text-muted"
          checked={all}
          onChange={({ target }) => void navigate({ search: target.checked ? { all: true } : {}, replace: true })}
        />
      }
    >
      {query.isPending && <SkeletonRows rows={8} />}
      {query.data === undefined && !query.isPending && <Failure error={query.error} noun="the story" onRetry={() => void query.refetch()} />}
      {query.data !== undefined && entries.length === 0 && (
        <Empty icon={History} title="Nothing has happened yet">
          What becomes of this issue will stand here as it happens.
        </Empty>
      )}
      {entries.length > 0 && <Entries entries={entries} />}
      <MoreRows query={query} />
    </Panel>
  );
}

function Entries({ entries }: { entries: readonly TimelineEntry[] }) {
  const last = entries.at(-1);
  return (
    <>
      <ol aria-label="What happened" className="py-2">
        {entries.map((entry, index) => {
          const day = entry.at.slice(0, 10);
          const isNewDay = index === 0 || entries[index - 1]?.at.slice(0, 10) !== day;
          return <StoryEntry key={entry.id} entry={entry} day={isNewDay ? day : null} isLast={entry === last} />;
        })}
      </ol>
      <p role="status" className="sr-only">
        {last === undefined ? '' : `Newest: ${last.text}`}
      </p>
    </>
  );
}
