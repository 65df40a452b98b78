import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { GitMerge, X } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Tabs, type Tab } from '../../ui/tabs.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Alarms } from './alarms.tsx';
import type { QueueStatus } from './board.ts';
import { FiguresStrip, HoldingFigures } from './figures.tsx';
import { LandingList } from './landing-list.tsx';
import { QuarantineList } from './quarantine-list.tsx';
import { figuresQuery, statusQuery, type Place, type When } from './queries.ts';
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
  const { me } = useSession();
  // Read together with the state of the queue, which alarms are shown from above them. Who sees some projects only is told figures of one.
  const countable = me.projects === null || me.projects.length === 1;
  const figures = useQuery({ ...figuresQuery(hours, me.projects?.[0] ?? null), enabled: countable });
  const onDay = (day: string): void =>
    void navigate({ search: (before) => ({ ...before, day: day === '' ? undefined : day, since: undefined }), replace: true });
  const tabs = tabsOf(status, place, { when: { day: search.day, since: search.since }, onDay });
  if (status.isPending)
    return (
      <Page title="Merge queue" wide>
        <HoldingFigures />
      </Page>
    );
  return (
    <Page title="Merge queue" wide>
      {status.data !== undefined && <Alarms alarms={status.data.alarms} />}
      {countable && (
        <FiguresStrip
          query={figures}
          hours={hours}
          onHours={(next) => void navigate({ search: (before) => ({ ...before, hours: next }), replace: true })}
        />
      )}
      <Tabs
        label="Views of the queue"
        tabs={tabs}
        value={view}
        onValueChange={(next) => {
          const found = QUEUE_VIEWS.find((one) => one === next) ?? 'board';
          void navigate({ search: (before) => ({ ...before, view: found, day: undefined, since: undefined }) });
        }}
      />
    </Page>
  );
}

/** Every view is made only when it is shown. */
function tabsOf(status: Status, place: Place, { when, onDay }: { when: When; onDay(day: string): void }): Tab[] {
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
        <Framed place={place} above={<WhenField when={when} onDay={onDay} />}>
          <LandingList place={place} when={when} />
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

/** Narrows what landed to a day; empty: every day. What the figures count is narrowed to since when they do. */
function WhenField({ when: { day, since }, onDay }: { when: When; onDay(day: string): void }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2 text-sm text-muted">
      <label htmlFor="landed-on">Landed on (UTC)</label>
      <TextInput id="landed-on" type="date" className="w-auto" value={day ?? ''} onChange={({ target }) => onDay(target.value)} />
      {since !== undefined && day === undefined && <span>since {exactTime(since)}</span>}
      {(day ?? since) !== undefined && (
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
      <QueryState query={status} noun="the queue">
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
