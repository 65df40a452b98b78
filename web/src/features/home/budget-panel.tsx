import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { OctagonPause } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Time } from '../../ui/time.tsx';
import { Nothing, PanelFoot } from './group-head.tsx';
import { dollars, nameOfCap } from './needs.ts';
import { projectNamesQuery, type Home } from './queries.ts';

type Line = Home['budget']['lines'][number];

const MOST = 3;

/** What may still be spent; the caps that are nearest to their end first. */
export function BudgetPanel({ budget }: { budget: Home['budget'] }) {
  const lines = budget.lines.toSorted((a, b) => shareLeft(a) - shareLeft(b)).slice(0, MOST);
  const { data: projects } = useQuery({ ...projectNamesQuery, enabled: lines.some((line) => line.project_id !== null) });
  return (
    <Panel id="budget-left" title="Budget left" flush>
      {budget.stopped && (
        <p className="flex items-center gap-2 border-b border-line px-4 py-2.5 text-sm font-medium text-bad">
          <OctagonPause size={16} aria-hidden /> No new agent is sent.
        </p>
      )}
      {lines.length === 0 ? (
        <Nothing>Nothing was spent yet.</Nothing>
      ) : (
        <ul>
          {lines.map((line) => (
            <li
              key={`${line.scope} ${line.project_id ?? ''} ${line.period}`}
              className="flex flex-col gap-1.5 border-b border-line px-4 py-2.5 last:border-0"
            >
              <LineRow line={line} project={line.project_id === null ? undefined : projects?.[line.project_id]} />
            </li>
          ))}
        </ul>
      )}
      <PanelFoot>
        <Link to="/settings/$section" params={{ section: 'budget' }}>
          Caps and spending
        </Link>
      </PanelFoot>
    </Panel>
  );
}

const shareLeft = ({ left_micros: left, cap_micros: cap }: Line): number => (cap === 0 ? 0 : left / cap);

function LineRow({ line, project }: { line: Line; project: string | undefined }) {
  const used = 1 - shareLeft(line);
  const name = nameOfCap(line, project);
  return (
    <>
      <span className="flex items-baseline justify-between gap-2">
        <span>{name}</span>
        <span className="tnum font-medium">{dollars(line.left_micros)}</span>
      </span>
      <ProgressBar share={used} label={`Used of the cap: ${name}`} tone={used >= 0.95 ? 'bad' : used >= 0.8 ? 'warn' : 'accent'} />
      <span className="tnum flex flex-wrap justify-between gap-x-2 text-sm text-muted">
        <span>
          {dollars(line.spent_micros)} spent{line.reserved_micros > 0 && `, ${dollars(line.reserved_micros)} reserved`} of {dollars(line.cap_micros)}
        </span>
        <span>
          anew <Time at={line.resets_at} />
        </span>
      </span>
    </>
  );
}
