import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ForgeLink } from '../../ui/forge-link.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { IssueActions } from './issue-actions.tsx';
import { IssueFacts } from './issue-facts.tsx';
import { IssueText } from './issue-text.tsx';
import { issueQuery, type Issue } from './queries.ts';
import { ISSUE_VIEWS, type IssueView } from './search.ts';
import { Story } from './story.tsx';
import { Tasks } from './tasks.tsx';
import { WaitsBanner } from './waits-banner.tsx';
import { priorityWord, RISK_TONES } from './words.ts';

const route = getRouteApi('/shell/work/$id');

/** One issue: where it stands, what it waits for, its story with evidence, its tasks, and what may be done about it. */
export function IssuePage() {
  const { id } = route.useParams();
  const query = useQuery(issueQuery(id));
  if (query.data === undefined)
    return (
      <Page title="Issue" trail={<Link to="/work">Work</Link>} wide>
        <QueryState query={query} noun="this issue" loading={<LoadingIssue />}>
          {() => null}
        </QueryState>
      </Page>
    );
  return <OneIssue issue={query.data} />;
}

function LoadingIssue() {
  return (
    <div role="status" aria-label="Loading the issue" className="flex flex-col gap-4">
      <Skeleton className="h-6 w-1/2" />
      <SkeletonRows rows={8} />
    </div>
  );
}

function OneIssue({ issue }: { issue: Issue }) {
  const { view = 'story', all } = route.useSearch();
  const navigate = route.useNavigate();
  const name = issue.number === null ? 'Request' : `#${issue.number}`;
  const tabs = [
    { value: 'story', label: 'Story', content: <Story issue={issue} all={all === true} /> },
    { value: 'tasks', label: issue.tasks > 0 ? `Tasks ${issue.tasks_landed}/${issue.tasks}` : 'Tasks', content: <Tasks issue={issue} /> },
    { value: 'text', label: 'Text', content: <IssueText issue={issue} /> },
  ];
  return (
    <Page
      wide
      tab={`${name} ${issue.title}`}
      trail={
        <Link to="/work" className="hover:underline">
          Work
        </Link>
      }
      title={
        <>
          <span className="tnum font-normal text-muted">{name}</span> <Untrusted inline text={issue.title} />
        </>
      }
      about={<About issue={issue} />}
      actions={<IssueActions issue={issue} />}
    >
      <WaitsBanner issue={issue} />
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="min-w-0">
          <Tabs
            label="Views of this issue"
            tabs={tabs}
            value={view}
            onValueChange={(value) => {
              const next = ISSUE_VIEWS.find((one) => one === value) as IssueView;
              void navigate({ search: next === 'story' ? {} : { view: next }, replace: true });
            }}
          />
        </div>
        <IssueFacts issue={issue} />
      </div>
    </Page>
  );
}

function About({ issue }: { issue: Issue }) {
  return (
    <>
      <StateBadge state={issue.state} />
      {issue.type !== null && <span>{issue.type}</span>}
      <span>{priorityWord(issue.priority)}</span>
      {issue.size !== null && <span>size {issue.size}</span>}
      {issue.risk !== null && <Badge tone={RISK_TONES[issue.risk] ?? 'neutral'}>{issue.risk} risk</Badge>}
      {issue.url !== null && (
        <Button asChild kind="quiet" size="small">
          <ForgeLink href={issue.url}>
            <ExternalLink size={14} aria-hidden /> {issue.source === 'github' ? 'On GitHub' : 'On the forge'}
          </ForgeLink>
        </Button>
      )}
    </>
  );
}
