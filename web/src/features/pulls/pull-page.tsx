import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ExternalLink, GitMerge, MessageSquareWarning } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ForgeLink } from '../../ui/forge-link.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { PullAside } from './pull-aside.tsx';
import { PullChanges } from './pull-changes.tsx';
import { PullChecks } from './pull-checks.tsx';
import { PullConversations } from './pull-conversations.tsx';
import { AuthorBadge, ChecksMark, WaitsMark } from './pull-marks.tsx';
import { PullStory } from './pull-story.tsx';
import { PULL_TABS } from './pull-words.ts';
import { askFix, pullQuery, type FixWhat, type PullDetail } from './queries.ts';

const route = getRouteApi('/shell/pulls/$id');

/** One pull request: what happened, what it changes with the findings beside the lines, its checks, and who is waited for. */
export function PullPage() {
  const { id } = route.useParams();
  const query = useQuery(pullQuery(id));
  if (query.data === undefined)
    return (
      <Page title="Pull request" trail={<Link to="/pulls">Pull requests</Link>} wide>
        <QueryState query={query} noun="this pull request" loading={<Skeleton className="h-96 w-full" />}>
          {() => null}
        </QueryState>
      </Page>
    );
  return <LoadedPull pull={query.data} />;
}

function LoadedPull({ pull }: { pull: PullDetail }) {
  const { tab = 'story' } = route.useSearch();
  const navigate = useNavigate();
  const show = (next: string): void =>
    void navigate({ to: '/pulls/$id', params: { id: pull.id }, search: { tab: PULL_TABS.find((one) => one === next) }, replace: true });
  const open = pull.findings.filter(({ state }) => state === 'open').length;
  return (
    <Page
      title={
        <>
          <Untrusted inline text={pull.title} /> <span className="tnum font-normal text-muted">#{pull.number}</span>
        </>
      }
      tab={`${pull.title} #${pull.number}`}
      trail={
        <>
          <Link to="/pulls" className="hover:text-ink hover:underline">
            Pull requests
          </Link>
          {' / '}
          {pull.repository}
        </>
      }
      about={<About pull={pull} />}
      actions={<Actions pull={pull} />}
      wide
    >
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <Tabs
            label="Parts of this pull request"
            value={tab}
            onValueChange={show}
            tabs={[
              { value: 'story', label: 'Story', content: <PullStory pull={pull} /> },
              {
                value: 'changes',
                label: open === 0 ? 'Changes' : `Changes (${open} open ${open === 1 ? 'finding' : 'findings'})`,
                content: <PullChanges pull={pull} />,
              },
              { value: 'conversations', label: 'Conversations', content: <PullConversations pull={pull} /> },
              { value: 'checks', label: 'Checks', content: <PullChecks pull={pull} /> },
            ]}
          />
        </div>
        <PullAside pull={pull} />
      </div>
    </Page>
  );
}

function About({ pull }: { pull: PullDetail }) {
  return (
    <>
      <StateBadge state={pull.draft && pull.state === 'open' ? 'draft' : pull.state} />
      <AuthorBadge pull={pull} />
      <span className="min-w-0 wrap-anywhere">
        <code className="font-mono text-xs">
          <Untrusted inline text={pull.head_branch} />
        </code>{' '}
        into <code className="font-mono text-xs">{pull.base_branch}</code>
      </span>
      <span>
        opened <Time at={pull.opened_at} />
      </span>
      <ChecksMark pull={pull} />
      <span className="min-w-0 lg:hidden">
        <WaitsMark pull={pull} />
      </span>
    </>
  );
}

const FIXES: Readonly<Record<FixWhat, { title: string; about: string; confirm: string; said: string }>> = {
  reviews: {
    title: 'Have the open remarks worked on?',
    about: 'An agent is sent to every open remark of the reviews, and pushes what it mends. A merge that waits for a decision is taken back.',
    confirm: 'Fix reviews',
    said: 'An agent takes up the remarks.',
  },
  conflict: {
    title: 'Have the conflict worked on?',
    about: 'The base is merged in, and an agent resolves what git cannot. A merge that waits for a decision is taken back.',
    confirm: 'Fix conflict',
    said: 'An agent takes up the conflict.',
  },
};

function Actions({ pull }: { pull: PullDetail }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [asks, setAsks] = useState<FixWhat | null>(null);
  // Only what has a story of ours can be mended from here; a person's author asks by a comment.
  const mendable = pull.state === 'open' && pull.author_kind === 'agent' && pull.fix === null && may('developer');
  const words = asks === null ? null : FIXES[asks];

  async function ask(what: FixWhat): Promise<void> {
    await askFix(pull.id, what);
    say(FIXES[what].said);
    await queries.invalidateQueries({ queryKey: ['pulls'] });
  }

  return (
    <>
      {pull.approval !== null && pull.approval.status === 'pending' && (
        <Button asChild kind="primary">
          <Link to="/approvals/$id" params={{ id: pull.approval.action_id }}>
            Decide
          </Link>
        </Button>
      )}
      {mendable && (
        <>
          <Button icon={<MessageSquareWarning size={15} aria-hidden />} onClick={() => setAsks('reviews')}>
            Fix reviews
          </Button>
          <Button icon={<GitMerge size={15} aria-hidden />} onClick={() => setAsks('conflict')}>
            Fix conflict
          </Button>
        </>
      )}
      <Button asChild>
        <ForgeLink href={pull.url}>
          <ExternalLink size={15} aria-hidden /> On its forge
        </ForgeLink>
      </Button>
      {asks !== null && words !== null && (
        <ConfirmDialog
          open
          onOpenChange={(open) => !open && setAsks(null)}
          title={words.title}
          about={words.about}
          confirm={words.confirm}
          onConfirm={() => ask(asks)}
        />
      )}
    </>
  );
}
