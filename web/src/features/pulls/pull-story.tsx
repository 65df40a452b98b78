import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Bot,
  CheckCheck,
  CircleCheck,
  CircleX,
  Eye,
  GitCommitHorizontal,
  GitMerge,
  GitPullRequest,
  GitPullRequestClosed,
  MessageSquare,
  RotateCw,
  Vote,
  Wrench,
  type LucideIcon,
} from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Empty } from '../../ui/empty.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { happenedText, nameOf, withoutMarks } from './pull-words.ts';
import { timelineQuery, type PullDetail, type TimelineItem } from './queries.ts';

const ICONS: Readonly<Record<TimelineItem['kind'], LucideIcon>> = {
  opened: GitPullRequest,
  pushed: GitCommitHorizontal,
  reviewed: Eye,
  commented: MessageSquare,
  thread_resolved: CheckCheck,
  closed: GitPullRequestClosed,
  reopened: GitPullRequest,
  merged: GitMerge,
  agent_review: Eye,
  checks: CircleCheck,
  retry: RotateCw,
  fix: Wrench,
  run: Bot,
  merge_asked: GitMerge,
  voted: Vote,
};

/** What happened to it, oldest first, whoever told it: forge, agents, checks, people. */
export function PullStory({ pull }: { pull: PullDetail }) {
  const query = useQuery(timelineQuery(pull.id));
  return (
    <QueryState
      query={query}
      noun="its story"
      loading={<SkeletonRows rows={6} height="h-12" />}
      isEmpty={({ items }) => items.length === 0}
      empty={<Empty title="Nothing was told of it yet">What its forge tells and what agents do appears here.</Empty>}
    >
      {({ items }) => (
        <ol aria-label="What happened" className="relative flex flex-col">
          {items.map((item) => (
            <StoryItem key={item.id} item={item.kind === 'merged' ? { ...item, sha: pull.merge_sha ?? item.sha } : item} />
          ))}
        </ol>
      )}
    </QueryState>
  );
}

function StoryItem({ item }: { item: TimelineItem }) {
  const Icon = item.kind === 'checks' && item.state === 'red' ? CircleX : ICONS[item.kind];
  const tone = toneOf(item);
  const text = item.text === null ? '' : withoutMarks(item.text);
  return (
    <li className="relative flex gap-3 pb-4 before:absolute before:top-7 before:bottom-0 before:left-3.5 before:w-px before:bg-line last:before:hidden">
      <span className={cn('z-1 grid size-7 shrink-0 place-items-center rounded-full border border-line bg-surface', tone)}>
        <Icon size={14} aria-hidden />
      </span>
      <div className="min-w-0 flex-1 pt-1 text-sm">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="min-w-0 wrap-anywhere">
            {item.by !== null && (
              <span className="font-medium">
                <Untrusted inline text={nameOf(item.by)} />{' '}
              </span>
            )}
            {happenedText(item)}
            {item.kind === 'run' && item.text !== null && <span className="text-muted"> ({item.text})</span>}
          </span>
          <StoryLink item={item} />
          <span className="text-muted">
            <Time at={item.at} />
          </span>
        </p>
        {text !== '' && item.kind !== 'run' && (
          <div className="mt-1.5 rounded-md border border-line bg-surface px-3 py-2">
            <Untrusted text={text.length > 4000 ? `${text.slice(0, 4000)}…` : text} />
          </div>
        )}
      </div>
    </li>
  );
}

/** How the merge that was asked for stands, where the persisted word is no good one. */
const MERGES: Readonly<Record<string, string>> = {
  pending: 'waits for a decision',
  executed: 'done',
  executing: 'under way',
  superseded: 'taken back',
};

function StoryLink({ item }: { item: TimelineItem }) {
  const look = 'text-accent hover:underline';
  if (item.run_id !== null)
    return (
      <Link to="/runs/$id" params={{ id: item.run_id }} className={look}>
        {item.kind === 'run' && item.state !== null ? item.state.replaceAll('_', ' ') : 'its run'}
      </Link>
    );
  if (item.action_id !== null)
    return (
      <Link to="/approvals/$id" params={{ id: item.action_id }} className={look}>
        {item.kind === 'merge_asked' && item.state !== null ? (MERGES[item.state] ?? item.state) : 'the decision'}
      </Link>
    );
  if (item.sha !== null) return <code className="font-mono text-xs text-muted">{item.sha.slice(0, 10)}</code>;
  return null;
}

function toneOf({ kind, state }: TimelineItem): string {
  if (kind === 'merged' || state === 'approved' || state === 'approve' || state === 'green') return 'text-good';
  if (state === 'red' || state === 'failed' || state === 'changes_requested' || state === 'decline') return 'text-bad';
  return 'text-muted';
}
