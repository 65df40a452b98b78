import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { GitMerge, X } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs, type Tab } from '../../ui/tabs.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Alarms } from './alarms.tsx';
import type { QueueStatus } from './board.ts';
import { FiguresStrip } from './figures.tsx';
import { LandingList } from './landing-list.tsx';
import { QuarantineList } from './quarantine-list.tsx';
import { statusQuery, type Place } from './queries.ts';
import { RollbackList } from './rollback-list.tsx';
import { QUEUE_VIEWS } from './views.ts';
import { TargetBoard } from './target-board.tsx';
import { TargetList } from './target-list.tsx';

const route = getRouteApi('/shell/queue');

type Status = ReturnType<typeof useQuery<QueueStatus>>;

/** The merge queue at a glance: what lands now, what waits and why, what was set aside, what landed. */
export function QueuePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = useQuery(statusQuery);
  const { view = 'board', hours = 24 } = search;
  const place: Place = { target: search.target, repo: search.repo };
  const onDay = (day: string): void => void navigate({ search: (before) => ({ ...before, day: day === '' ? undefined : day }), replace: true });
  const tabs = tabsOf(status, place, { day: search.day, onDay });
  return (
    <Page title="Merge queue" wide>
      {status.data !== undefined && <Alarms alarms={status.data.alarms} />}
      <FiguresStrip hours={hours} onHours={(next) => void navigate({ search: (before) => ({ ...before, hours: next }), replace: true })} />
      <Tabs
        label="Views of the queue"
        tabs={tabs}
        value={view}
        onValueChange={(next) => {
          const found = QUEUE_VIEWS.find((one) => one === next) ?? 'board';
          void navigate({ search: (before) => ({ ...before, view: found, day: undefined }) });
        }}
      />
    </Page>
  );
}

/** Every view is made only when it is shown. */
function tabsOf(status: Status, place: Place, { day, onDay }: { day: string | undefined; onDay(day: string): void }): Tab[] {
  const aside = countOf(status.data, 'quarantined');
  return [
    { value: 'board', label: 'Board', content: <BoardView status={status} place={place} /> },
    {
      value: 'aside',
      label: <Counted word="Set aside" count={aside} />,
      content: (
        <Framed place={place}>
          <QuarantineList place={place} />
        </Framed>
      ),
    },
    {
      value: 'landed',
      label: 'Landed',
      content: (
        <Framed place={place} above={<DayField day={day} onDay={onDay} />}>
          <LandingList place={place} day={day} />
        </Framed>
      ),
    },
    {
      value: 'undone',
      label: 'Undone',
      content: (
        <Framed place={place}>
          <RollbackList place={place} />
        </Framed>
      ),
    },
    {
      value: 'branches',
      label: 'Branches',
      content: (
        <Framed>
          <TargetList />
        </Framed>
      ),
    },
  ];
}

const countOf = (status: QueueStatus | undefined, state: string): number =>
  status?.counts.filter((row) => row.state === state).reduce((sum, row) => sum + row.count, 0) ?? 0;

function Counted({ word, count }: { word: string; count: number }) {
  if (count === 0) return <>{word}</>;
  return (
    <span className="inline-flex items-center gap-1.5">
      {word}
      <Badge tone="warn" className="tnum h-5 px-1.5">
        {count}
      </Badge>
    </span>
  );
}

function Framed({ place, above, children }: { place?: Place; above?: ReactNode; children: ReactNode }) {
  return (
    <div>
      {above}
      {place !== undefined && <Narrowed place={place} />}
      <div className="rounded-lg border border-line bg-surface shadow-panel">{children}</div>
    </div>
  );
}

/** Narrows what landed to a day; empty: every day. */
function DayField({ day, onDay }: { day: string | undefined; onDay(day: string): void }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2 text-sm text-muted">
      <label htmlFor="landed-on">Landed on (UTC)</label>
      <TextInput id="landed-on" type="date" className="w-auto" value={day ?? ''} onChange={({ target }) => onDay(target.value)} />
      {day !== undefined && (
        <Button kind="quiet" size="small" icon={<X size={13} aria-hidden />} onClick={() => onDay('')}>
          every day
        </Button>
      )}
    </div>
  );
}

/** Says that only one branch is shown, and shows all again. */
function Narrowed({ place }: { place: Place }) {
  if (place.target === undefined && place.repo === undefined) return null;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2 text-sm text-muted">
      Only
      <span className="font-mono text-ink">
        <Untrusted text={place.target ?? place.repo ?? ''} inline />
      </span>
      <Link
        from="/queue"
        to="."
        search={(before) => ({
          ...(before.view === undefined ? {} : { view: before.view }),
          ...(before.hours === undefined ? {} : { hours: before.hours }),
        })}
        className="inline-flex min-h-6 items-center gap-1 text-accent hover:underline"
      >
        <X size={13} aria-hidden />
        all branches
      </Link>
    </p>
  );
}

function BoardView({ status, place }: { status: Status; place: Place }) {
  const meant = (target: QueueStatus['targets'][number]): boolean =>
    (place.target === undefined || target.target === place.target) &&
    (place.repo === undefined || target.repository_id === place.repo || target.repo === place.repo);
  return (
    <div>
      <Narrowed place={place} />
      <QueryState query={status} noun="the queue" loading={<HoldingBoard />}>
        {(data) => {
          const shown = data.targets.filter(meant);
          if (shown.length === 0) return <Quiet />;
          return (
            <div className="flex flex-col gap-4">
              {shown.map((target) => (
                <TargetBoard key={`${target.repository_id} ${target.target}`} target={target} />
              ))}
            </div>
          );
        }}
      </QueryState>
    </div>
  );
}

function Quiet() {
  return (
    <div className="rounded-lg border border-line bg-surface shadow-panel">
      <Empty icon={GitMerge} title="Nothing is in the queue">
        When an agent or a person submits a change, it is merged, verified and landed here, without anybody watching.
      </Empty>
    </div>
  );
}

function HoldingBoard() {
  return (
    <div role="status" aria-label="Loading" className="rounded-lg border border-line bg-surface p-4 shadow-panel">
      <Skeleton className="mb-5 w-48" />
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        <Skeleton className="h-24" />
        <Skeleton className="h-24" />
      </div>
    </div>
  );
}
