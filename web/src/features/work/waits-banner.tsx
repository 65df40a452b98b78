import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { WaitsLine } from './issue-row.tsx';
import { questionQuery, type Issue } from './queries.ts';

/** What the issue waits for, with the way to where it can be done. It changes by itself, so it is read out when it does. */
export function WaitsBanner({ issue: { waits_for: waits, state_reason: reason } }: { issue: Issue }) {
  return (
    <div
      role="status"
      className="mb-5 flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface px-4 py-2 shadow-panel"
    >
      {waits === null ? (
        <p className="min-w-0 flex-1 wrap-anywhere text-muted">{reason ?? 'Nothing holds it.'}</p>
      ) : (
        <>
          <p className="min-w-0 flex-1 basis-60">
            <WaitsLine waits={waits} className="max-w-full font-medium" />
            {waits.since !== null && (
              <span className="ml-2 text-sm text-muted">
                <Time at={waits.since} />
              </span>
            )}
          </p>
          {waits.id !== null && <WayThere id={waits.id} />}
        </>
      )}
    </div>
  );
}

/** Ids are told from each other by their beginning. */
function WayThere({ id }: { id: string }) {
  if (id.startsWith('que_')) return <AnswerLink id={id} />;
  const link = linkOf(id);
  return link === null ? null : (
    <Button asChild size="small">
      {link}
    </Button>
  );
}

/** A question is answered on the page of the run that asks it. */
function AnswerLink({ id }: { id: string }) {
  const { data: question, error } = useQuery(questionQuery(id));
  if (question === undefined && error === null) return null;
  return (
    <Button asChild size="small">
      {question === undefined ? (
        <Link to="/runs" search={{ show: 'working' }}>
          Runs at work
        </Link>
      ) : (
        <Link to="/runs/$id" params={{ id: question.job_id }}>
          Answer
        </Link>
      )}
    </Button>
  );
}

function linkOf(id: string) {
  if (id.startsWith('act_'))
    return (
      <Link to="/approvals/$id" params={{ id }}>
        Decide
      </Link>
    );
  if (id.startsWith('run_'))
    return (
      <Link to="/runs/$id" params={{ id }}>
        Watch the run
      </Link>
    );
  if (id.startsWith('cr_'))
    return (
      <Link to="/queue/$id" params={{ id }}>
        Look at the change
      </Link>
    );
  if (id.startsWith('iss_'))
    return (
      <Link to="/work/$id" params={{ id }}>
        Open that issue
      </Link>
    );
  return null;
}
