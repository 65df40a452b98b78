import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { FileWarning, TriangleAlert } from 'lucide-react';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { useProjects, type Details } from './queries.ts';
import { RiskBadge } from './risk-badge.tsx';
import { TimeLeft } from './time-left.tsx';
import { factsOf, originOf } from './words.ts';

/** What it is, at a glance, and what to beware of. */
export function ApprovalHead({ details }: { details: Details }) {
  const { approval } = details;
  const { requester, proposer, run, model } = factsOf(approval.record);
  const heading = useRef<HTMLHeadingElement>(null);
  const { deed, tell } = useInboxPlace();
  // After a step or a decision of one's own, not after what others do.
  const isOwn = deed?.id === approval.id && (deed.by === 'step' || approval.status !== 'pending');
  useEffect(() => {
    if (!isOwn) return undefined;
    // Behind the dialog that was closed: it first hands the focus back to where it came from.
    const timer = setTimeout(() => {
      if (document.querySelector('[role="dialog"]') === null) heading.current?.focus();
      tell(null);
    }, 0);
    return () => clearTimeout(timer);
  }, [isOwn, tell]);
  useEffect(() => {
    document.title = `${approval.headline} · Reeve`;
  }, [approval.headline]);
  return (
    <header className="flex flex-col gap-2">
      <h2 ref={heading} tabIndex={-1} className="text-lg font-semibold tracking-tight wrap-anywhere outline-none sm:text-xl">
        <Untrusted inline text={approval.headline} />
      </h2>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">
        <StateBadge state={approval.status} />
        <RiskBadge risk={approval.risk} />
        {approval.status === 'pending' && <TimeLeft at={approval.expires_at} />}
        <span>
          {originOf(requester, proposer)}
          {model === null || model === proposer ? '' : ` (${model})`} <Time at={approval.created_at} />
        </span>
        <Links approval={approval} run={run} />
      </div>
      <Warnings details={details} />
    </header>
  );
}

function Links({ approval, run }: { approval: Details['approval']; run: string | null }) {
  const { data: projects } = useProjects();
  const project = projects?.items.find(({ id }) => id === approval.project_id);
  const link = 'text-accent hover:underline';
  return (
    <>
      {project !== undefined && <span>{project.name}</span>}
      {approval.work_item_id !== null && (
        <Link to="/work/$id" params={{ id: approval.work_item_id }} className={link}>
          The issue’s story
        </Link>
      )}
      {run !== null && (
        <Link to="/runs/$id" params={{ id: run }} className={link}>
          The agent’s run
        </Link>
      )}
      <Link to="/ledger" search={{ mentions: approval.id }} className={link}>
        In the ledger
      </Link>
    </>
  );
}

function Warnings({ details: { approval, parts, rule } }: { details: Details }) {
  const hidden = parts.filter((part) => part.hidden > 0);
  const count = hidden.reduce((sum, part) => sum + part.hidden, 0);
  return (
    <>
      {approval.warning !== null && (
        <Warning icon={<TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />}>
          It would be refused even after a yes: <Untrusted inline text={approval.warning} />
        </Warning>
      )}
      {hidden.length > 0 && (
        <Warning icon={<FileWarning size={16} aria-hidden className="mt-0.5 shrink-0" />}>
          {count === 1 ? '1 hidden character' : `${count} hidden characters`} in {hidden.map(({ label }) => label.toLowerCase()).join(', ')}: below
          each is shown by its code point.
        </Warning>
      )}
      {approval.status === 'pending' && !rule.in_force && (
        <Warning icon={<TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />}>
          The policy is no longer the one that asked.{' '}
          {rule.now === null ? (
            'It cannot be used now, so nothing would be done.'
          ) : (
            <>
              It now says: <Untrusted inline text={rule.now.reason} />
            </>
          )}
        </Warning>
      )}
    </>
  );
}

function Warning({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div role="note" className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      {icon}
      <p className="min-w-0 wrap-anywhere">{children}</p>
    </div>
  );
}
