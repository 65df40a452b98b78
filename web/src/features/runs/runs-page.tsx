import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Bot, Filter } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Select } from '../../ui/text-input.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { agentsQuery, END_STATES, endedRuns, RUN_ROLES, workingRuns, type Run, type RunsSearch } from './queries.ts';
import { RunRow } from './run-row.tsx';

const route = getRouteApi('/shell/runs');

/** Runs of agents: those at work now, and all before them. */
export function RunsPage() {
  const search = route.useSearch();
  const { show = 'all', ...filter } = search;
  const working = useQuery({ ...workingRuns(filter), enabled: show !== 'ended' });
  return (
    <Page title="Runs" about="Agents at work now, and every run before." wide>
      <Filters search={{ show, ...filter }} />
      <div className="flex flex-col gap-5">
        {show !== 'ended' && <Working query={working} />}
        {show !== 'working' && <Ended filter={filter} held={show === 'all' && working.isPending} />}
      </div>
    </Page>
  );
}

type Filter = Omit<RunsSearch, 'show'>;
const isNarrowed = ({ agent, role, state }: Filter): boolean => agent !== undefined || role !== undefined || state !== undefined;

function Working({ query }: { query: UseQueryResult<{ items: Run[] }> }) {
  return (
    <Panel title="At work now" aside={query.data !== undefined && <Counts runs={query.data.items} />} flush>
      <QueryState
        query={query}
        noun="the runs"
        loading={<SkeletonRows rows={3} height="h-16" />}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="px-4 py-5 text-sm text-muted">No agent is at work. A run begins by itself when an issue is ready for agents.</p>}
      >
        {({ items }) => (
          <ul aria-label="Runs at work now">
            {items.map((run) => (
              <li key={run.id}>
                <RunRow run={run} />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}

/** `held`: read, and shown once it is known how much is above it, so that it does not move. */
function Ended({ filter, held }: { filter: Filter; held: boolean }) {
  const { query, rows: runs, onView, onEnd, problem } = usePagedList(endedRuns(filter));
  if (held) return null;
  return (
    <Panel title="Ended" flush>
      <QueryState
        query={query}
        noun="the runs"
        loading={<SkeletonRows rows={6} height="h-16" />}
        isEmpty={() => runs.length === 0}
        empty={<NoRuns filter={filter} />}
      >
        {() => (
          <>
            <VirtualList<Run>
              items={runs}
              keyOf={({ id }) => id}
              rowHeight={64}
              label="Ended runs, newest first"
              row={(run) => <RunRow run={run} />}
              onView={onView}
              {...(query.hasNextPage ? { onEnd } : {})}
            />
            <ListEnd problem={problem} />
          </>
        )}
      </QueryState>
    </Panel>
  );
}

/** A run that nothing has begun yet is not at work. */
function Counts({ runs }: { runs: readonly Run[] }) {
  const waiting = runs.filter(({ started_at: started }) => started === null).length;
  return (
    <span className="tnum text-sm text-muted">
      {runs.length - waiting}
      {waiting > 0 && `, and ${waiting} waiting`}
    </span>
  );
}

function NoRuns({ filter }: { filter: Filter }) {
  const navigate = useNavigate();
  if (isNarrowed(filter))
    return (
      <Empty icon={Filter} title="No run fits" action={<Button onClick={() => void navigate({ to: '/runs', search: {} })}>Show all</Button>}>
        Nothing that has ended fits these filters.
      </Empty>
    );
  return (
    <Empty icon={Bot} title="No run has ended yet">
      Each time an agent is sent to a task, a run of it is kept here with its whole log.
    </Empty>
  );
}

function Filters({ search }: { search: RunsSearch }) {
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery);
  const set = (change: Partial<RunsSearch>): void =>
    void navigate({
      to: '/runs',
      search: { ...search, ...change, show: (change.show ?? search.show) === 'all' ? undefined : (change.show ?? search.show) },
      replace: true,
    });
  const chosen = (value: string): string | undefined => (value === '' ? undefined : value);
  return (
    <div role="group" aria-label="Filters" className="mb-4 flex flex-wrap gap-2">
      <Select
        aria-label="Which runs"
        className="w-auto"
        value={search.show}
        onChange={({ target }) => set({ show: target.value as RunsSearch['show'] })}
      >
        <option value="all">All runs</option>
        <option value="working">At work now</option>
        <option value="ended">Ended</option>
      </Select>
      <Select aria-label="Agent" className="w-40" value={search.agent ?? ''} onChange={({ target }) => set({ agent: chosen(target.value) })}>
        <option value="">Any agent</option>
        {(agents.data?.items ?? []).map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Select aria-label="Role" className="w-auto" value={search.role ?? ''} onChange={({ target }) => set({ role: chosen(target.value) })}>
        <option value="">Any role</option>
        {RUN_ROLES.map((role) => (
          <option key={role}>{role}</option>
        ))}
      </Select>
      <Select
        aria-label="How it ended"
        className="w-auto"
        value={search.state ?? ''}
        onChange={({ target }) => set({ state: END_STATES.find((state) => state === target.value) })}
      >
        <option value="">Any end</option>
        {END_STATES.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </Select>
    </div>
  );
}
