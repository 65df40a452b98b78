import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { Ban, CircleAlert, Clock, GitBranch, PauseCircle, type LucideIcon } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Count, Nothing, PanelFoot } from './group-head.tsx';
import type { Home } from './queries.ts';

type Stuck = Home['stuck']['items'][number];

const LOOKS: Readonly<Record<Stuck['kind'], readonly [icon: LucideIcon, tone: Tone, word: string]>> = {
  dispatch_stopped: [Ban, 'bad', 'Stopped'],
  branch_rewritten: [GitBranch, 'bad', 'Branch rewritten'],
  target_held: [PauseCircle, 'warn', 'Branch held'],
  quarantined: [CircleAlert, 'bad', 'Set aside'],
  idle: [Clock, 'warn', 'Waits too long'],
};

/** What does not move by itself, the gravest first, each with why. */
export function StuckPanel({ stuck }: { stuck: Home['stuck'] }) {
  return (
    <Panel id="stuck" title="Stuck, and why" aside={<Count count={stuck.count} more={stuck.more} />} flush>
      {stuck.items.length === 0 ? (
        <Nothing>Everything moves.</Nothing>
      ) : (
        <ul>
          {stuck.items.map((item, nr) => (
            <li key={`${item.kind} ${item.subject_id ?? nr}`} className="border-b border-line last:border-0">
              <StuckLink item={item}>
                <StuckRow item={item} />
              </StuckLink>
            </li>
          ))}
        </ul>
      )}
      {stuck.count > stuck.items.length && (
        <PanelFoot>
          {stuck.count - stuck.items.length} more: in the <Link to="/queue">merge queue</Link> and among the <Link to="/work">issues</Link>
        </PanelFoot>
      )}
    </Panel>
  );
}

const ROW = 'grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-2px]';

/** To where it can be dealt with. */
function StuckLink({ item, children }: { item: Stuck; children: ReactNode }) {
  const id = item.subject_id;
  if (item.kind === 'idle' && id !== null)
    return (
      <Link to="/work/$id" params={{ id }} className={ROW}>
        {children}
      </Link>
    );
  if (item.kind === 'quarantined' && id !== null)
    return (
      <Link to="/queue/$id" params={{ id }} className={ROW}>
        {children}
      </Link>
    );
  if (item.kind === 'dispatch_stopped')
    return (
      <Link to="/settings/$section" params={{ section: 'budget' }} className={ROW}>
        {children}
      </Link>
    );
  return (
    <Link to="/queue" className={ROW}>
      {children}
    </Link>
  );
}

function StuckRow({ item }: { item: Stuck }) {
  const [Icon, tone, word] = LOOKS[item.kind];
  return (
    <>
      <Icon size={16} aria-hidden className={TONE_TEXT[tone]} />
      <span className="min-w-0">
        <span className="sr-only">{word}: </span>
        <Untrusted inline text={`${item.number === null ? '' : `#${item.number} `}${item.title}`} className="line-clamp-1 font-medium" />
        <Untrusted inline text={item.why} className="line-clamp-2 text-sm text-muted" />
      </span>
      <Time at={item.since} className="tnum text-sm whitespace-nowrap text-muted" />
    </>
  );
}
