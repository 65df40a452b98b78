import { useQuery } from '@tanstack/react-query';
import { ClipboardList } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { holdsOf } from './holds.ts';
import { planCheckQuery, planQuery, type Issue, type Plan, type Task } from './queries.ts';
import { TaskGraph } from './task-graph.tsx';
import { TaskRow } from './task-row.tsx';

/** The plan's tasks: what waits for what, by the plan and besides it, as a drawing, and each with its owner, files and state as a list. */
export function Tasks({ issue }: { issue: Issue }) {
  const query = useQuery(planQuery(issue.id));
  return (
    <QueryState
      query={query}
      noun="the tasks"
      isEmpty={(found) => found === null || found.tasks.length === 0}
      empty={
        <Empty icon={ClipboardList} title="No plan yet">
          Tasks come with a plan, and a plan after triage.
        </Empty>
      }
    >
      {(found) => (found === null ? null : <PlanTasks plan={found.plan} tasks={found.tasks} />)}
    </QueryState>
  );
}

function PlanTasks({ plan, tasks }: { plan: Plan; tasks: readonly Task[] }) {
  const check = useQuery(planCheckQuery(plan.id, tasks));
  const holds = holdsOf(tasks, check.data);
  return (
    <div className="flex flex-col gap-4">
      <Panel
        title={`Plan ${plan.version}`}
        aside={
          <span className="flex items-center gap-2 text-sm text-muted">
            by {plan.planner} <StateBadge state={plan.state} />
          </span>
        }
      >
        <Untrusted text={plan.document.story} />
      </Panel>
      {(holds.length > 0 || tasks.some((task) => task.depends_on.length > 0)) && (
        <Panel title="What waits for what" flush>
          <TaskGraph tasks={tasks} holds={holds} />
          {holds.length > 0 && (
            <p className="border-t border-line px-4 py-2 text-sm text-muted max-sm:hidden">
              Dotted: held back until the other has ended, because both may change the same place.
            </p>
          )}
        </Panel>
      )}
      <Panel title="Tasks" flush>
        <ol aria-label="Tasks">
          {tasks.map((task) => (
            <TaskRow key={task.id} task={task} tasks={tasks} holds={holds.filter((hold) => hold.task === task.id)} />
          ))}
        </ol>
      </Panel>
    </div>
  );
}
