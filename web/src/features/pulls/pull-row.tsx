import { Link } from '@tanstack/react-router';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { AuthorBadge, ChecksMark, FindingsMark, WaitsMark } from './pull-marks.tsx';
import type { Pull } from './queries.ts';

/** One pull request in a list: the whole row leads to it. */
export function PullRow({ pull }: { pull: Pull }) {
  return (
    <Link
      to="/pulls/$id"
      params={{ id: pull.id }}
      className="grid gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 hover:bg-hover md:grid-cols-[minmax(0,1fr)_minmax(0,19rem)]"
    >
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <StateBadge state={pull.draft && pull.state === 'open' ? 'draft' : pull.state} />
          <span className="min-w-0 truncate font-medium">
            <Untrusted inline text={pull.title} />
          </span>
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <span className="tnum">
            {pull.repository}#{pull.number}
          </span>
          <AuthorBadge pull={pull} />
          <span>
            opened <Time at={pull.opened_at} />
          </span>
        </p>
      </div>
      <div className="flex min-w-0 flex-col gap-1 text-sm md:items-end md:text-right">
        <WaitsMark pull={pull} />
        <span className="flex flex-wrap gap-x-3 gap-y-1 md:justify-end">
          <ChecksMark pull={pull} />
          <FindingsMark pull={pull} />
        </span>
      </div>
    </Link>
  );
}
