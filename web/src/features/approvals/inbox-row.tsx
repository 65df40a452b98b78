import { Link } from '@tanstack/react-router';
import { MessageCircleQuestion, TriangleAlert } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useInboxPlace } from './inbox-context.ts';
import type { Approval } from './queries.ts';
import { RiskBadge, RiskNamed } from './risk-badge.tsx';
import { isChosen, mayChoose, toggled } from './selection.ts';
import { TimeLeft } from './time-left.tsx';
import { factsOf, nameOf, reasonOf } from './words.ts';

/** One approval in the list: what, how risky, who asked, why, how long. */
export function InboxRow({ item, isOpen }: { item: Approval; isOpen: boolean }) {
  const { selection, choose } = useInboxPlace();
  const { requester, proposer } = factsOf(item.record);
  const mayDecide = item.you?.may_decide === true && !item.you.voted;
  return (
    <div
      className={cn(
        'relative flex min-h-22 gap-2 border-b border-line py-2 pr-3 pl-2 hover:bg-hover',
        isOpen && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <span className="grid w-6 shrink-0 place-items-center self-start pt-0.5">
        {item.status === 'pending' && (
          <input
            type="checkbox"
            aria-label={`Choose: ${item.headline}`}
            className="relative z-1 size-4 accent-accent disabled:opacity-30"
            checked={isChosen(selection, item.id)}
            disabled={!mayDecide || (!isChosen(selection, item.id) && !mayChoose(selection, item))}
            onChange={() => choose(toggled(selection, item))}
          />
        )}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <Link
          to="/approvals/$id"
          params={{ id: item.id }}
          search={true}
          aria-current={isOpen ? 'true' : undefined}
          className="line-clamp-2 font-medium wrap-anywhere after:absolute after:inset-0"
        >
          <Untrusted inline text={item.headline} />
        </Link>
        {item.issue_title !== null && (
          <p className="truncate text-sm">
            <Untrusted inline text={item.issue_title} />
          </p>
        )}
        <p className="line-clamp-2 text-sm text-muted" title={item.rule}>
          {requester === null ? nameOf(proposer) : `for ${nameOf(requester)}`} · <Untrusted inline text={reasonOf(item.why)} />
        </p>
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
          <RiskBadge risk={item.risk} />
          <RiskNamed item={item} />
          {item.status === 'pending' ? <TimeLeft at={item.expires_at} /> : <StateBadge state={item.status} />}
          {item.status !== 'pending' && <Time at={item.decided_at} className="text-muted" />}
          <Marks item={item} />
          {item.status === 'pending' && !mayDecide && <span className="text-muted">{item.you?.voted === true ? 'you said yes' : 'for others'}</span>}
        </div>
      </div>
    </div>
  );
}

/** How far it is, what was asked about it, and what to beware of. */
function Marks({ item }: { item: Approval }) {
  const questions = item.notes.filter(({ kind }) => kind === 'question').length;
  return (
    <>
      {item.votes.needed > 1 && (
        <span className="tnum whitespace-nowrap text-muted">
          {item.votes.yes} of {item.votes.needed} yes
        </span>
      )}
      {questions > 0 && (
        <span className="tnum inline-flex items-center gap-1 text-muted">
          <MessageCircleQuestion size={13} aria-hidden />
          {questions}
          <span className="sr-only">{questions === 1 ? ' question' : ' questions'}</span>
        </span>
      )}
      {item.warning !== null && (
        <span className="inline-flex items-center gap-1 text-warn">
          <TriangleAlert size={13} aria-hidden /> warning
        </span>
      )}
    </>
  );
}
