import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Empty } from '../../ui/empty.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { GlassAccount } from './glass-account.tsx';
import { useEmergencies, type GlassUse } from './queries.ts';
import { TimeLeft } from './time-left.tsx';
import { glassText, nameOf } from './words.ts';

/** Where people went past approvers: who, why, when, and what is still to be done about it. */
export function EmergencyList({ open }: { open: string | null }) {
  const query = useEmergencies();
  return (
    <div className="min-h-48 flex-1 overflow-y-auto rounded-lg border border-line bg-surface">
      <QueryState
        query={query}
        noun="the emergencies"
        loading={<SkeletonRows rows={4} height="h-23" />}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={
          <Empty icon={Siren} title="Glass was never broken">
            Where two maintainers let something pass without its approvers, it is listed here for good.
          </Empty>
        }
      >
        {({ pages }) => (
          <>
            <ul aria-label="Emergencies">
              {pages
                .flatMap(({ items }) => items)
                .map((use) => (
                  <EmergencyRow key={use.action_id} use={use} isOpen={use.action_id === open} />
                ))}
            </ul>
            <MoreRows query={query} />
          </>
        )}
      </QueryState>
    </div>
  );
}

function EmergencyRow({ use, isOpen }: { use: GlassUse; isOpen: boolean }) {
  return (
    <li className={cn('relative flex flex-col gap-1 border-b border-line px-3 py-2 hover:bg-hover', isOpen && 'bg-accent-soft hover:bg-accent-soft')}>
      <Link
        to="/approvals/$id"
        params={{ id: use.action_id }}
        search={true}
        aria-current={isOpen ? 'true' : undefined}
        className="font-medium wrap-anywhere after:absolute after:inset-0"
      >
        <Untrusted inline text={use.headline} />
      </Link>
      <p className="flex flex-wrap items-center gap-x-2 text-sm">
        {glassText(use)}
        {use.state === 'opened' && <TimeLeft at={use.expires_at} />}
      </p>
      <p className="text-sm text-muted">
        {nameOf(use.opened_by)}
        {use.confirmed_by !== null && ` and ${nameOf(use.confirmed_by)}`}, <Time at={use.confirmed_at ?? use.opened_at} />:{' '}
        <Untrusted inline text={use.reason} />
      </p>
      <GlassAccount use={use} brief className={cn('text-sm', use.state === 'opened' ? 'text-warn' : 'text-muted')} />
    </li>
  );
}
