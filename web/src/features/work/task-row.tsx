import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Bot, UserRound } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { assignTask } from './commands.ts';
import type { Hold } from './holds.ts';
import type { Task } from './queries.ts';
import { whoOf } from './words.ts';

const OVER: ReadonlySet<string> = new Set(['landed', 'dropped']);

/** One task: what, whose, which files, what it waits for; to be given to somebody else. */
export function TaskRow({ task, tasks, holds }: { task: Task; tasks: readonly Task[]; holds: readonly Hold[] }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [assigning, setAssigning] = useState(false);
  const before = task.depends_on.flatMap((id) => tasks.find((other) => other.id === id) ?? []);
  const Icon = task.assignee?.startsWith('agent:') === true ? Bot : UserRound;

  async function assign(assignee: string | null): Promise<void> {
    await assignTask(task.id, assignee);
    await queries.invalidateQueries({ queryKey: ['plans'] });
    say('The task is assigned.');
  }

  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <h3 className="min-w-0 flex-1 basis-60 font-medium wrap-anywhere">
          <span className="font-normal text-muted">{task.key}</span> <Untrusted inline text={task.title} />
        </h3>
        <div className="flex flex-wrap items-center gap-2">
          <StateBadge state={task.state} />
          <span className="inline-flex items-center gap-1 text-sm text-muted">
            <Icon size={14} aria-hidden />
            {task.assignee === null ? 'nobody' : whoOf(task.assignee)}
          </span>
          {!OVER.has(task.state) && may('maintainer') && (
            <Button size="small" aria-label={`Reassign ${task.key}`} onClick={() => setAssigning(true)}>
              Reassign
            </Button>
          )}
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
        <Fact name="Role">{`${task.role}, ${task.estimate}`}</Fact>
        <Fact name="Files">
          {task.scope.map((path) => (
            <code key={path} className="mr-2 text-xs wrap-anywhere">
              {path}
            </code>
          ))}
        </Fact>
        {before.length > 0 && <Fact name="Waits for">{before.map(({ key }) => key).join(', ')}</Fact>}
        <Holds holds={holds} />
        {task.checks.length > 0 && <Fact name="Checks">{task.checks.join(', ')}</Fact>}
      </dl>
      {task.assignment !== null && (
        <details className="text-sm text-muted">
          <summary className="min-h-6 cursor-pointer">Why {task.assignee === null ? 'nobody' : whoOf(task.assignee)}</summary>
          <Untrusted text={task.assignment.reason} className="mt-1" />
        </details>
      )}
      {assigning && (
        <AssignDialog what={`${task.key} “${task.title}”`} assignee={task.assignee} onOpenChange={setAssigning} onAssign={assign}>
          <Candidates task={task} />
        </AssignDialog>
      )}
    </li>
  );
}

function Holds({ holds }: { holds: readonly Hold[] }) {
  return holds.map(({ on, onKey, reason }) => (
    <Fact key={on} name="Held back by">
      {onKey}: <Untrusted inline text={reason} />
    </Fact>
  ));
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="shrink-0">{name}</dt>
      <dd className="min-w-0 text-ink">{children}</dd>
    </div>
  );
}

/** Who was thought of, the best first. */
function Candidates({ task: { assignment } }: { task: Task }) {
  if (assignment === null || assignment.candidates.length === 0) return null;
  return (
    <div className="mt-3 text-sm">
      <p className="font-medium">Who fits, out of 100</p>
      <ul className="mt-1 flex max-h-40 flex-col gap-1 overflow-y-auto">
        {assignment.candidates.map(({ who, score, says }) => (
          <li key={who} className="flex gap-2">
            <span className="tnum w-8 shrink-0 text-right">{score ?? '–'}</span>
            <span className="min-w-0">
              {whoOf(who)} <span className="text-muted">{says.join('; ')}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
