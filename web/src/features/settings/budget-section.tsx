import { useState } from 'react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { OctagonX, Play } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { say } from '../../ui/toasts.tsx';
import { CapRow } from './cap-row.tsx';
import { MayNote } from './may-note.tsx';
import { usd } from './money.ts';
import { budgetHistoryQuery, budgetQuery, projectsQuery, rowsOf, type Budget } from './queries.ts';
import { whoIs } from './who.ts';

/** Caps, what is left under them, and the switch that stops everything. */
export function BudgetSection() {
  const query = useQuery(budgetQuery);
  const projects = useInfiniteQuery(projectsQuery);
  const names = new Map((projects.data === undefined ? [] : rowsOf(projects.data)).map(({ id, name }) => [id, name]));
  return (
    <>
      <MayNote needs="manager" does="change caps, and stop and resume spending" />
      <QueryState query={query} noun="the budget">
        {(budget) => (
          <div className="flex flex-col gap-4">
            <KillSwitch budget={budget} />
            <Panel title="Caps" flush>
              <ul aria-label="Caps" className="divide-y divide-line">
                {budget.pools.map((pool) => (
                  <CapRow
                    key={pool.id}
                    pool={pool}
                    of={pool.project_id === null ? 'The whole installation' : (names.get(pool.project_id) ?? pool.project_id)}
                  />
                ))}
              </ul>
              <p className="border-t border-line px-4 py-3 text-sm text-muted">
                One run may take {usd(budget.run_cap_micros)} at most. {budget.dispatches_per_hour} runs may begin in an hour.
              </p>
            </Panel>
            <Spenders budget={budget} />
            <History />
          </div>
        )}
      </QueryState>
    </>
  );
}

function KillSwitch({ budget }: { budget: Budget }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { stopped } = budget;
  async function turn(reason: string): Promise<void> {
    if (stopped) await read(api.POST('/v1/budget/resume'));
    else await read(api.POST('/v1/budget/stop', { body: { reason: reason === '' ? null : reason } }));
    say(stopped ? 'Agents are sent again.' : 'Everything that costs money is stopped.');
    await queries.invalidateQueries({ queryKey: ['budget'] });
  }
  return (
    <section
      aria-label="Kill switch"
      className={cn(
        'flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border p-4',
        stopped ? 'border-bad bg-bad-soft' : 'border-line bg-surface',
      )}
    >
      <div className="min-w-0 flex-1 basis-64" role="status">
        <p className={cn('font-semibold', stopped && 'text-bad')}>
          {stopped ? 'Everything that costs money is stopped' : 'Agents are sent and models are asked'}
        </p>
        <p className={cn('text-sm', stopped ? 'text-bad' : 'text-muted')}>
          {stopped
            ? `${budget.stopped_by === null ? 'Somebody' : whoIs(budget.stopped_by)} stopped it${budget.stopped_reason === null ? '.' : `: ${budget.stopped_reason}`}`
            : 'Stopping sends no new agent and asks no model from that moment on. What runs goes on to its end.'}
        </p>
      </div>
      {may('manager') && (
        <Button
          kind={stopped ? 'primary' : 'danger'}
          icon={stopped ? <Play size={15} aria-hidden /> : <OctagonX size={15} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {stopped ? 'Go on' : 'Stop everything'}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={stopped ? 'Send agents again?' : 'Stop everything that costs money?'}
        about={
          stopped
            ? 'Work that waits goes on at once.'
            : 'No new agent is sent and no model is asked until somebody says go on. The ledger keeps who said it and why.'
        }
        confirm={stopped ? 'Go on' : 'Stop everything'}
        danger={!stopped}
        {...(stopped ? {} : { reason: 'optional' as const })}
        onConfirm={turn}
      />
    </section>
  );
}

function Spenders({ budget: { spenders } }: { budget: Budget }) {
  if (spenders.length === 0) return null;
  return (
    <Panel title="Who spent most this month" flush>
      <DataTable
        label="Who spent most this month"
        keyOf={({ spender }) => spender}
        rows={spenders}
        columns={[
          { name: 'Who', cell: ({ spender }) => <span className="wrap-anywhere">{spender.replace(/^(agent|person|model):/, '')}</span> },
          { name: 'Spent', align: 'end', className: 'tnum', cell: (row) => usd(row.spent_micros) },
          { name: 'Reserved', from: 'sm', align: 'end', className: 'tnum', cell: (row) => usd(row.reserved_micros) },
          { name: 'Runs', align: 'end', className: 'tnum', cell: (row) => row.runs },
          { name: 'Model calls', from: 'sm', align: 'end', className: 'tnum', cell: (row) => row.calls },
        ]}
      />
    </Panel>
  );
}

function History() {
  const query = useQuery(budgetHistoryQuery);
  return (
    <Panel title="The last two weeks, by day" flush>
      <QueryState
        query={query}
        noun="what was spent"
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="px-4 py-6 text-center text-sm text-muted">Nothing was spent yet.</p>}
      >
        {({ items }) => (
          <DataTable
            label="What each day cost"
            keyOf={({ day }) => day}
            rows={items}
            columns={[
              { name: 'Day', className: 'tnum', cell: ({ day }) => day },
              { name: 'Spent', align: 'end', className: 'tnum', cell: (row) => usd(row.spent_micros) },
              { name: 'Runs', align: 'end', className: 'tnum', cell: (row) => row.runs },
              { name: 'Model calls', align: 'end', className: 'tnum', cell: (row) => row.calls },
              { name: 'Runs nobody counted', from: 'md', align: 'end', className: 'tnum', cell: (row) => row.uncounted_runs },
            ]}
          />
        )}
      </QueryState>
    </Panel>
  );
}
