import { Link } from '@tanstack/react-router';
import { Bot, CircleDashed, GitMerge, GitPullRequest, ListTodo, Loader, UserRound, type LucideIcon } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { cn } from '../../ui/class-names.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Issue } from './queries.ts';
import { priorityWord, RISK_TONES } from './words.ts';

export const ROW_HEIGHT = 60;

const WAITS: Readonly<Record<NonNullable<Issue['waits_for']>['who'], { icon: LucideIcon; tone: Tone }>> = {
  person: { icon: UserRound, tone: 'warn' },
  agent: { icon: Bot, tone: 'info' },
  queue: { icon: GitMerge, tone: 'info' },
  checks: { icon: Loader, tone: 'info' },
  issue: { icon: CircleDashed, tone: 'neutral' },
  nobody: { icon: CircleDashed, tone: 'neutral' },
};

/** Who has to do something, with its icon. */
export function WaitsLine({ waits, className }: { waits: NonNullable<Issue['waits_for']>; className?: string }) {
  const { icon: Icon, tone } = WAITS[waits.who];
  return (
    <span className={cn('inline-flex min-w-0 items-center gap-1', TONE_TEXT[tone], className)}>
      <Icon size={13} aria-hidden className="shrink-0" />
      <span className="min-w-0 truncate">
        <Untrusted inline text={waits.text} />
      </span>
    </span>
  );
}

const MOST_LABELS = 3;

/** What triage writes as labels stands in the row already. */
const saysMore = (issue: Issue, label: string): boolean => label !== issue.type && !/^(?:size|risk|priority):/.test(label);

/** One issue in the list: what it is, where it stands, and what it waits for. */
export function IssueRow({ issue, index, selected }: { issue: Issue; index: number; selected: boolean }) {
  const labels = issue.labels.filter((label) => saysMore(issue, label));
  return (
    <div
      data-row={index}
      className={cn(
        'group relative flex min-h-15 items-center gap-x-3 gap-y-1 max-sm:flex-wrap border-b border-line px-4 py-2 hover:bg-hover',
        selected && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <Priority priority={issue.priority} />
      <div className="min-w-0 flex-1 max-sm:basis-4/5">
        <div className="flex min-w-0 items-baseline gap-2">
          <Link
            to="/work/$id"
            params={{ id: issue.id }}
            className="min-w-0 font-medium after:absolute max-sm:line-clamp-2 sm:truncate after:inset-0 focus-visible:outline-offset-0"
          >
            <Untrusted inline text={issue.title} />
          </Link>
          <span className="hidden shrink-0 gap-1 lg:flex">
            {labels.slice(0, MOST_LABELS).map((label) => (
              <span key={label} className="max-w-36 truncate rounded-full border border-line px-1.5 text-xs text-muted">
                <Untrusted inline text={label} />
              </span>
            ))}
            {labels.length > MOST_LABELS && <span className="text-xs text-muted">+{labels.length - MOST_LABELS}</span>}
          </span>
        </div>
        <div className="mt-0.5 flex min-w-0 items-center gap-2 text-sm text-muted">
          <span className="tnum shrink-0">{issue.number === null ? 'request' : `#${issue.number}`}</span>
          {issue.type !== null && <span className="shrink-0 max-sm:hidden">{issue.type}</span>}
          {issue.size !== null && <span className="shrink-0 max-sm:hidden">{issue.size}</span>}
          {issue.waits_for === null ? (
            <span className="min-w-0 truncate">{issue.state_reason === null ? '' : <Untrusted inline text={issue.state_reason} />}</span>
          ) : (
            <WaitsLine waits={issue.waits_for} />
          )}
        </div>
      </div>
      <RowFacts issue={issue} />
    </div>
  );
}

/** Risk, progress, pull request, state and the last change; narrow screens keep the state. */
function RowFacts({ issue }: { issue: Issue }) {
  return (
    <div className="flex shrink-0 items-center gap-3 text-sm text-muted max-sm:w-full max-sm:pl-8">
      {issue.risk !== null && issue.risk !== 'low' && (
        <Badge tone={RISK_TONES[issue.risk] ?? 'neutral'} className="max-md:hidden">
          {issue.risk} risk
        </Badge>
      )}
      {issue.tasks > 0 && (
        <span className="tnum hidden items-center gap-1 md:inline-flex">
          <ListTodo size={14} aria-hidden />
          {issue.tasks_landed}/{issue.tasks}
          <span className="sr-only"> tasks landed</span>
        </span>
      )}
      {issue.pull !== null && (
        <span className="tnum hidden items-center gap-1 lg:inline-flex">
          <GitPullRequest size={14} aria-hidden />
          <span className="sr-only">pull request </span>#{issue.pull.number}
        </span>
      )}
      <StateBadge state={issue.state} className="max-w-full" />
      <span className="relative z-10 w-24 text-right whitespace-nowrap max-xl:hidden">
        <Time at={issue.updated_at} />
      </span>
    </div>
  );
}

const BARS: Readonly<Record<string, number>> = { P0: 4, P1: 3, P2: 2, P3: 1 };

/** Urgency as bars, said in words for those who do not see them. */
function Priority({ priority }: { priority: string }) {
  const bars = BARS[priority] ?? 0;
  return (
    <span className="flex shrink-0 items-end gap-0.5" title={priorityWord(priority)}>
      <span className="sr-only">{priorityWord(priority)}</span>
      {[1, 2, 3, 4].map((bar) => (
        <span
          key={bar}
          aria-hidden
          className={cn(
            'w-1 rounded-[1px]',
            ['h-1.5', 'h-2', 'h-2.5', 'h-3'][bar - 1],
            bar <= bars ? (bars === 4 ? 'bg-bad' : 'bg-muted') : 'bg-line',
          )}
        />
      ))}
    </span>
  );
}
