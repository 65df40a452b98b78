import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { projectsQuery, storyQuery, type Issue } from './queries.ts';
import { whoOf } from './words.ts';

/** The side column: what is known of the issue beside its story. */
export function IssueFacts({ issue }: { issue: Issue }) {
  const projects = useQuery(projectsQuery);
  const story = useQuery({ ...storyQuery(issue.id), enabled: issue.under_way || issue.state !== 'new' });
  const project = projects.data?.find(({ id }) => id === issue.project_id);
  return (
    <aside aria-label="Facts" className="flex min-w-0 flex-col gap-4">
      <Panel title="Facts">
        <Facts
          rows={[
            ['Project', project?.name],
            ['Asked by', issue.requested_by === null ? undefined : <Untrusted key="asked" inline text={issue.requested_by} />],
            ['Author', issue.author === null ? undefined : <Untrusted key="author" inline text={whoOf(issue.author)} />],
            ['Assigned', issue.assignee === null ? undefined : whoOf(issue.assignee)],
            ['Labels', issue.labels.length === 0 ? undefined : <Labels key="labels" labels={issue.labels} />],
            [
              'Branch',
              issue.target_branch === null ? undefined : (
                <code key="branch" className="text-sm">
                  {issue.target_branch}
                </code>
              ),
            ],
            [
              'Duplicate of',
              issue.duplicate_of === null ? undefined : (
                <IssueLink key="duplicate" id={issue.duplicate_of}>
                  the first report
                </IssueLink>
              ),
            ],
            [
              'Part of',
              issue.parent_id === null ? undefined : (
                <IssueLink key="parent" id={issue.parent_id}>
                  its parent
                </IssueLink>
              ),
            ],
            ['Came in', <Time key="came" at={issue.created_at} />],
            ['Changed', <Time key="changed" at={issue.updated_at} />],
            ['Try', story.data === undefined || story.data.generation === 1 ? undefined : `number ${story.data.generation}`],
          ]}
        />
      </Panel>
      <Progress issue={issue} />
    </aside>
  );
}

/** Its pull request and how far its tasks are. */
function Progress({ issue }: { issue: Issue }) {
  return (
    <>
      {issue.pull !== null && (
        <Panel title="Pull request">
          <p className="flex flex-wrap items-center gap-2">
            <Link to="/pulls/$id" params={{ id: issue.pull.id }} className="tnum text-accent hover:underline">
              #{issue.pull.number}
            </Link>
            <StateBadge state={issue.pull.state} />
          </p>
        </Panel>
      )}
      {issue.tasks > 0 && (
        <Panel title="Tasks" aside={<span className="tnum text-sm text-muted">{`${issue.tasks_landed} of ${issue.tasks} landed`}</span>}>
          <ProgressBar share={issue.tasks_landed / issue.tasks} label="Tasks landed" tone={issue.tasks_landed === issue.tasks ? 'good' : 'accent'} />
        </Panel>
      )}
    </>
  );
}

function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <Link
          key={label}
          to="/work"
          search={{ label: [label] }}
          className="inline-flex min-h-6 max-w-full items-center truncate rounded-full border border-line px-2 text-xs text-muted hover:bg-hover"
        >
          <Untrusted inline text={label} />
        </Link>
      ))}
    </span>
  );
}

function IssueLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/work/$id" params={{ id }} className="text-accent hover:underline">
      {children}
    </Link>
  );
}
