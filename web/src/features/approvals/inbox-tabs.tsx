import { Link } from '@tanstack/react-router';
import { cn } from '../../ui/class-names.ts';
import { useCounts } from './queries.ts';
import type { InboxSearch } from './search.ts';

const TABS = [
  { show: undefined, label: 'For me' },
  { show: 'all', label: 'All waiting' },
  { show: 'decided', label: 'Decided' },
  { show: 'emergencies', label: 'Emergencies' },
] as const;

/** Which approvals are listed. Each is a link of its own. */
export function InboxTabs({ show }: { show: InboxSearch['show'] }) {
  const { data: counts } = useCounts();
  const figure = { all: counts?.pending, decided: undefined, emergencies: undefined, mine: counts?.mine };
  return (
    <nav aria-label="Which approvals" className="flex overflow-x-auto border-b border-line">
      {TABS.map((tab) => {
        const count = figure[tab.show ?? 'mine'];
        return (
          <Link
            key={tab.label}
            to="."
            search={(before) => ({ ...before, show: tab.show })}
            aria-current={show === tab.show ? 'page' : undefined}
            className={cn(
              '-mb-px inline-flex min-h-9 items-center gap-1 border-b-2 border-transparent px-2 whitespace-nowrap text-muted hover:text-ink',
              show === tab.show && 'border-accent font-medium text-ink',
            )}
          >
            {tab.label}
            {count !== undefined && <span className="tnum text-sm text-faint">{count}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
