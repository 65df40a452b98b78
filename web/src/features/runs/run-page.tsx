import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CircleStop, RotateCw } from 'lucide-react';
import { underOneKey } from '../../api/under-one-key.ts';
import { useShortcuts } from '../../app/keyboard.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { LogView } from './log-view.tsx';
import { runQuery, startAgain, stopRun, type Run } from './queries.ts';
import { RunAside } from './run-aside.tsx';
import { RunArtifacts, RunChanges, RunChecks } from './run-results.tsx';
import { isOver, RUN_TABS, subjectOf, titleOf } from './run-words.ts';
import { useRunLog } from './use-run-log.ts';

const route = getRouteApi('/shell/runs/$id');

/** One run of an agent: what it says and does as it happens, how far it is, what it uses, what it left. */
export function RunPage() {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  if (query.data === undefined)
    return (
      <Page title="Run" trail={<Link to="/runs">Runs</Link>} wide>
        <QueryState query={query} noun="this run" loading={<Skeleton className="h-96 w-full" />}>
          {() => null}
        </QueryState>
      </Page>
    );
  return <LoadedRun key={id} run={query.data} />;
}

function LoadedRun({ run }: { run: Run }) {
  const log = useRunLog(run.id);
  const { tab = 'log' } = route.useSearch();
  const navigate = useNavigate();
  const over = isOver(run);
  const title = titleOf(run);
  const show = (next: string): void =>
    void navigate({ to: '/runs/$id', params: { id: run.id }, search: { tab: RUN_TABS.find((one) => one === next) }, replace: true });
  const failed = run.checks.filter((check) => check.exit_code !== 0).length;
  return (
    <Page
      title={<Untrusted inline text={title} />}
      tab={title}
      trail={<Trail run={run} />}
      about={<About run={run} />}
      actions={<Actions run={run} />}
      wide
    >
      {run.failure !== null && run.detail !== null && <FailureNote run={run} />}
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <Tabs
            label="Parts of this run"
            value={tab}
            onValueChange={show}
            tabs={[
              { value: 'log', label: 'Log', content: <LogView log={log} over={over} /> },
              { value: 'changes', label: 'Changes', content: <RunChanges id={run.id} over={over} /> },
              {
                value: 'checks',
                label: failed > 0 ? `Checks (${failed} failed)` : `Checks (${run.checks.length})`,
                content: <RunChecks run={run} />,
              },
              { value: 'files', label: 'Artifacts', content: <RunArtifacts id={run.id} /> },
            ]}
          />
        </div>
        <RunAside run={run} log={log.view} />
      </div>
    </Page>
  );
}

function Trail({ run }: { run: Run }) {
  const subject = subjectOf(run);
  return (
    <>
      <Link to="/runs" className="hover:text-ink hover:underline">
        Runs
      </Link>
      {subject !== null && run.work_item_id !== null && (
        <>
          {' / '}
          <Link to="/work/$id" params={{ id: run.work_item_id }} className="hover:text-ink hover:underline">
            <Untrusted inline text={subject} />
          </Link>
        </>
      )}
    </>
  );
}

function About({ run }: { run: Run }) {
  return (
    <>
      <StateBadge state={run.state} />
      <span>
        {run.agent} as {run.role}, attempt {run.attempt}
      </span>
      {run.repository !== null && <span>{run.repository}</span>}
      <span>
        {run.started_at === null ? 'asked for ' : 'started '}
        <Time at={run.started_at ?? run.created_at} />
      </span>
      {!run.sealed && <Badge tone="warn">unsealed</Badge>}
      {run.stop_requested_by !== null && run.ended_at === null && (
        <Badge tone="warn">{run.stop_requested_by.replace(/^person:/, '')} asked it to stop</Badge>
      )}
    </>
  );
}

function FailureNote({ run }: { run: Run }) {
  return (
    <div role="note" className="mb-5 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <Untrusted text={run.detail ?? ''} />
    </div>
  );
}

function Actions({ run }: { run: Run }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [begin] = useState(() => underOneKey(startAgain));
  const over = isOver(run);
  const { task_id: task } = run;
  const mayStop = may('developer') && !over;
  useShortcuts('This run', [{ keys: 's', label: 'Stop the run', run: () => setAsks(true), disabled: !mayStop }]);

  async function again(task: string): Promise<void> {
    setBusy(true);
    try {
      const next = await begin(task);
      await navigate({ to: '/runs/$id', params: { id: next.id } });
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  }

  async function stop(): Promise<void> {
    await stopRun(run.id);
    say('The run is stopped.');
    await queries.invalidateQueries({ queryKey: ['runs'] });
  }

  return (
    <>
      {mayStop && (
        <Button kind="danger" icon={<CircleStop size={15} aria-hidden />} onClick={() => setAsks(true)}>
          Stop
        </Button>
      )}
      {over && run.state !== 'succeeded' && may('developer') && task !== null && (
        <Button busy={busy} icon={<RotateCw size={15} aria-hidden />} onClick={() => void again(task)}>
          Start again
        </Button>
      )}
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title="Stop this run?"
        about="The agent and everything it started are ended at once. What it changed so far is kept; its story goes on without this attempt."
        confirm="Stop the run"
        danger
        onConfirm={stop}
      />
    </>
  );
}
