import { useCallback, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Inbox, SearchX } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { useShortcuts } from '../../app/keyboard.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { Page } from '../../ui/page.tsx';
import { Failure } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useChosenRow } from '../../ui/use-chosen-row.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { IssueRow, ROW_HEIGHT } from './issue-row.tsx';
import { NewRequest } from './new-request.tsx';
import { countsQuery, issueList, viewsQuery, type Counts } from './queries.ts';
import type { WorkSearch } from './search.ts';
import { ViewTabs } from './view-tabs.tsx';

const route = getRouteApi('/shell/work');

/** All issues and requests: found by words and filters, kept as views, read from a list of any length. */
export function WorkPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const counts = useQuery(countsQuery(search));
  const views = useQuery(viewsQuery);
  const change = useCallback((next: WorkSearch) => void navigate({ search: next, replace: true }), [navigate]);
  useShortcuts('Work', [{ keys: '/', label: 'Search issues', run: () => field.current?.focus() }]);
  return (
    <Page title="Work" wide about={<Total counts={counts.data} />} actions={<NewRequest />}>
      <ViewTabs search={search} views={views.data ?? []} waiting={counts.data?.waits_for_person} />
      <div className="overflow-clip rounded-lg border border-line bg-surface shadow-panel">
        <FilterBar search={search} onChange={change} counts={counts.data} field={field} />
        <IssueList key={JSON.stringify(search)} search={search} onClear={() => change({})} />
      </div>
    </Page>
  );
}

function Total({ counts }: { counts: Counts | undefined }) {
  return (
    <p role="status" className="tnum min-h-5">
      {counts === undefined ? '' : counts.total === 1 ? '1 issue' : `${counts.total.toLocaleString('en')} issues`}
    </p>
  );
}

function IssueList({ search, onClear }: { search: WorkSearch; onClear(): void }) {
  const { query, rows: issues, keyOf, onView, onEnd, problem } = usePagedList(issueList(search));
  const { selected, move } = useChosenRow(issues, keyOf);
  useShortcuts('List of issues', [
    { keys: 'j', label: 'Next issue', run: () => move(1), disabled: issues.length === 0 },
    { keys: 'k', label: 'Issue before', run: () => move(-1), disabled: issues.length === 0 },
  ]);

  if (query.isPending) return <SkeletonRows rows={10} height="h-15" />;
  if (query.data === undefined) return <Failure error={query.error} noun="the issues" onRetry={() => void query.refetch()} />;
  if (issues.length === 0) return <NoIssues search={search} onClear={onClear} />;
  return (
    <>
      <VirtualList
        items={issues}
        keyOf={keyOf}
        rowHeight={ROW_HEIGHT}
        label="Issues"
        onEnd={onEnd}
        onView={onView}
        selected={selected}
        row={(issue, place) => <IssueRow issue={issue} {...place} />}
      />
      {query.hasNextPage && problem?.what !== 'next' && <SkeletonRows rows={2} height="h-15" />}
      <ListEnd problem={problem} />
    </>
  );
}

function NoIssues({ search, onClear }: { search: WorkSearch; onClear(): void }) {
  if (Object.keys(search).length === 0)
    return (
      <Empty icon={Inbox} title="No open issues">
        Issues come in from the repositories Reeve follows; one that carries the ready label is started at once.
      </Empty>
    );
  return (
    <Empty icon={SearchX} title="No issue is like that" action={<Button onClick={onClear}>Show all open issues</Button>}>
      Take a filter away, or look for fewer words.
    </Empty>
  );
}
