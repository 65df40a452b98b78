import { Check, CircleAlert } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useCompleteness, useDeliveries, useInvariants, useRedeliver } from './queries.ts';

/** What can be checked over everything at once. */
export function Checks({ project }: { project: string | undefined }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3">
      <Invariants />
      {/* What was found out about one project says nothing of another. */}
      <Completeness key={project ?? ''} project={project} />
      <Deliveries />
    </div>
  );
}

const FIRST = 20;

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="mt-1 flex flex-col gap-1 text-bad">
      {lines.slice(0, FIRST).map((line) => (
        <li key={line} className="wrap-anywhere">
          <Untrusted inline text={line} />
        </li>
      ))}
      {lines.length > FIRST && <li>and {lines.length - FIRST} more</li>}
    </ul>
  );
}

function Invariants() {
  const check = useInvariants();
  const run = (
    <Button size="small" busy={check.isPending} onClick={() => check.mutate()}>
      Check now
    </Button>
  );
  return (
    <Panel title="Rules that always hold" aside={run}>
      <div aria-live="polite" className="text-sm">
        {check.error !== null && <ProblemNote error={check.error} />}
        {check.data === undefined ? (
          <p className="text-muted">
            Every effect has one receipt and one authorization, no agent decides, nothing is missing. Checked every night as well.
          </p>
        ) : (
          <ul className="flex flex-col gap-2">
            {check.data.items.map(({ id, says, holds, broken }) => (
              <li key={id} className="flex gap-2">
                {holds ? (
                  <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-good" />
                ) : (
                  <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-bad" />
                )}
                <div className="min-w-0">
                  <span className="sr-only">{holds ? 'Holds: ' : 'Broken: '}</span>
                  <span className="first-letter:uppercase">{says}</span>
                  {!holds && <Lines lines={broken} />}
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function Completeness({ project }: { project: string | undefined }) {
  const check = useCompleteness();
  const run = (
    <Button size="small" busy={check.isPending} disabled={project === undefined} onClick={() => project !== undefined && check.mutate(project)}>
      Compare now
    </Button>
  );
  return (
    <Panel title="Merges without a record" aside={run}>
      <div aria-live="polite" className="text-sm">
        {check.error !== null && <ProblemNote error={check.error} />}
        {check.data === undefined ? (
          <p className="text-muted">
            {project === undefined ? 'Choose a project first. ' : ''}Reads the default branches from the forge itself and names every commit that no
            record explains.
          </p>
        ) : (
          <>
            <p className={cn('font-medium', check.data.complete ? 'text-good' : 'text-bad')}>
              {check.data.complete
                ? `Complete: all ${check.data.looked_at} commits have a record.`
                : `${check.data.missing.length} of ${check.data.looked_at} commits have no record.`}
            </p>
            <Lines lines={check.data.missing.map(({ repository, commit, subject }) => `${repository} ${commit.slice(0, 10)} ${subject}`)} />
          </>
        )}
      </div>
    </Panel>
  );
}

function Deliveries() {
  const deliveries = useDeliveries();
  const redeliver = useRedeliver();
  const { may } = useSession();
  return (
    <Panel title="Told to change management">
      <QueryState query={deliveries} noun="the deliveries">
        {({ waiting, delivered, dead }) => (
          <div className="flex flex-col gap-2 text-sm">
            <p className="tnum">
              {waiting + delivered + dead.length === 0
                ? 'Nothing was to be told: no change has landed since a system was named for it, or none is named.'
                : `${delivered} delivered, ${waiting} waiting, ${dead.length} given up.`}
            </p>
            <ul className="flex flex-col gap-2">
              {dead.slice(0, FIRST).map(({ record_id, attempts, last_error }) => (
                <li key={record_id} className="flex items-start justify-between gap-2">
                  <span className="min-w-0 text-bad wrap-anywhere">
                    {record_id} after {attempts} tries: {last_error}
                  </span>
                  {may('admin') && (
                    <Button size="small" busy={redeliver.isPending} onClick={() => redeliver.mutate(record_id, { onError: sayProblem })}>
                      Try again
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
