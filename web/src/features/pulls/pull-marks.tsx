import { Bot, CircleCheck, CircleDashed, CircleX, Hourglass, Loader, MessageSquareWarning, UserRound, type LucideIcon } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { cn } from '../../ui/class-names.ts';
import { Time } from '../../ui/time.tsx';
import { checksState, checksText, findingsText, waitsText, type ChecksState } from './pull-words.ts';
import type { Pull } from './queries.ts';

const CHECKS: Readonly<Record<ChecksState, { icon: LucideIcon; className: string }>> = {
  passed: { icon: CircleCheck, className: 'text-good' },
  failed: { icon: CircleX, className: 'text-bad' },
  pending: { icon: Loader, className: 'text-info' },
  none: { icon: CircleDashed, className: 'text-faint' },
};

/** How the checks of the head stand. */
export function ChecksMark({ pull }: { pull: Pick<Pull, 'checks'> }) {
  const { icon: Icon, className } = CHECKS[checksState(pull)];
  return (
    <span className={cn('inline-flex items-center gap-1 whitespace-nowrap', className)}>
      <Icon size={14} className="shrink-0" aria-hidden />
      <span className="tnum">{checksText(pull)}</span>
    </span>
  );
}

/** What an agent's review found and is still open. */
export function FindingsMark({ pull }: { pull: Pick<Pull, 'review'> }) {
  const text = findingsText(pull);
  if (pull.review === null) return null;
  if (text === '')
    return (
      <span className="inline-flex items-center gap-1 whitespace-nowrap text-muted">
        <CircleCheck size={14} className="shrink-0" aria-hidden /> no open finding
      </span>
    );
  const grave = pull.review.open.blocker > 0 || pull.review.open.major > 0;
  return (
    <span className={cn('inline-flex items-center gap-1 whitespace-nowrap', grave ? 'text-warn' : 'text-muted')}>
      <MessageSquareWarning size={14} className="shrink-0" aria-hidden />
      <span className="tnum">{text}</span>
    </span>
  );
}

export function AuthorBadge({ pull }: { pull: Pick<Pull, 'author' | 'author_kind'> }) {
  if (pull.author_kind === 'agent')
    return (
      <Badge tone="accent" icon={<Bot size={12} aria-hidden />}>
        agent
      </Badge>
    );
  return <Badge icon={<UserRound size={12} aria-hidden />}>{pull.author ?? (pull.author_kind === 'bot' ? 'a bot' : 'a person')}</Badge>;
}

/** For whom it waits, and since when. */
export function WaitsMark({ pull }: { pull: Pick<Pull, 'waiting'> }) {
  if (pull.waiting.for === 'nobody') return null;
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1.5" title={pull.waiting.why}>
      <Hourglass size={14} className="shrink-0 text-faint" aria-hidden />
      <span className="sr-only">Waits for </span>
      <span className="truncate">{waitsText(pull)}</span>
      {pull.waiting.since !== null && (
        <span className="shrink-0 text-muted">
          {' '}
          <Time at={pull.waiting.since} />
        </span>
      )}
    </span>
  );
}
