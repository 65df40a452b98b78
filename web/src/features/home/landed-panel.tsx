import { Link } from '@tanstack/react-router';
import { GitBranch, GitMerge } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Nothing, PanelFoot } from './group-head.tsx';
import type { Home } from './queries.ts';

/** What landed since midnight (UTC): issues that are done, and the changes that made them so. */
export function LandedPanel({ home }: { home: Home }) {
  const { landed, merged } = home;
  const evidence = { view: 'landed', day: home.today.slice(0, 10) } as const;
  return (
    <Panel
      id="landed-today"
      title="Landed today"
      flush
      aside={
        <span className="tnum text-sm text-muted">
          <Link to="/work" search={{ state: ['merged'], ended_since: home.today, sort: 'updated' }} className="hover:text-ink hover:underline">
            {merged.count} {merged.count === 1 ? 'issue' : 'issues'} done
          </Link>
          {' · '}
          <Link to="/queue" search={evidence} className="hover:text-ink hover:underline">
            {landed.count}
            {landed.more ? '+' : ''} {landed.count === 1 ? 'change' : 'changes'}
          </Link>
        </span>
      }
    >
      {landed.items.length === 0 ? (
        <Nothing>Nothing has landed since midnight (UTC).</Nothing>
      ) : (
        <ul>
          {landed.items.map((change) => (
            <li key={change.id} className="border-b border-line last:border-0">
              <Link
                to="/queue/$id"
                params={{ id: change.id }}
                className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-2px]"
              >
                {change.on_main ? (
                  <GitMerge size={16} aria-hidden className="text-good" />
                ) : (
                  <GitBranch size={16} aria-hidden className="text-muted" />
                )}
                <span className="min-w-0">
                  <Untrusted
                    inline
                    text={`${change.issue_number === null ? '' : `#${change.issue_number} `}${change.summary}`}
                    className="line-clamp-1 font-medium"
                  />
                  <span className="line-clamp-1 text-sm text-muted">
                    {[change.repository, change.on_main ? change.target : `on its branch ${change.target}`, change.agent, change.commit.slice(0, 7)]
                      .filter((part) => part !== null && part !== '')
                      .join(' · ')}
                  </span>
                </span>
                <Time at={change.at} className="tnum text-sm whitespace-nowrap text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {landed.count > landed.items.length && (
        <PanelFoot>
          <Link to="/queue" search={evidence}>
            All that landed today
          </Link>
        </PanelFoot>
      )}
    </Panel>
  );
}
