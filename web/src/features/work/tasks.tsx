import { useQuery } from '@tanstack/react-query';
import { ClipboardList } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { planQuery, type Issue } from './queries.ts';
import { TaskGraph } from './task-graph.tsx';
import { TaskRow } from './task-row.tsx';

/** The plan's tasks: what waits for what as a drawing, and each with its owner, files and state as a list. */
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
      {(found) =>
        found === null ? null : (
          <div className="flex flex-col gap-4">
            <Panel
              title={`Plan ${found.plan.version}`}
              aside={
                <span className="flex items-center gap-2 text-sm text-muted">
                  by {found.plan.planner} <StateBadge state={found.plan.state} />
                </span>
              }
            >
              <Untrusted text={found.plan.document.story} />
            </Panel>
            {found.tasks.some((task) => task.depends_on.length > 0) && (
              <Panel title="What waits for what" flush>
                <TaskGraph tasks={found.tasks} />
              </Panel>
            )}
            <Panel title="Tasks" flush>
              <ol aria-label="Tasks">
                {found.tasks.map((task) => (
                  <TaskRow key={task.id} task={task} tasks={found.tasks} />
                ))}
              </ol>
            </Panel>
          </div>
        )
      }
    </QueryState>
  );
}
