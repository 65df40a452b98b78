import { Link } from '@tanstack/react-router';
import { MessageCircleQuestion } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Count, Nothing, PanelFoot } from './group-head.tsx';
import type { Home } from './queries.ts';

type Run = Home['running']['items'][number];

/** Agents that are at work now. */
export function RunningPanel({ running }: { running: Home['running'] }) {
  return (
    <Panel id="running-now" title="Running now" aside={<Count count={running.count} more={running.more} />} flush>
      {running.items.length === 0 ? (
        <Nothing>No agent is at work.</Nothing>
      ) : (
        <ul>
          {running.items.map((run) => (
            <li key={run.id} className="border-b border-line last:border-0">
              <RunRow run={run} />
            </li>
          ))}
        </ul>
      )}
      <PanelFoot>
        <Link to="/runs" search={{ show: 'working' }}>
          {running.count > running.items.length ? `All ${running.count} runs` : 'All runs'}
        </Link>
      </PanelFoot>
    </Panel>
  );
}

function RunRow({ run }: { run: Run }) {
  return (
    <Link to="/runs/$id" params={{ id: run.id }} className="flex flex-col gap-1 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-2px]">
      <span className="flex min-w-0 items-center justify-between gap-2">
        <Untrusted
          inline
          text={`${run.issue_number === null ? '' : `#${run.issue_number} `}${run.title ?? `${run.role} run`}`}
          className="truncate font-medium"
        />
        <StateBadge state={run.state} />
      </span>
      <span className="flex min-w-0 items-center justify-between gap-2 text-sm text-muted">
        <span className="truncate">
          {run.agent} as {run.role}
          {run.attempt > 1 && `, try ${run.attempt}`}
        </span>
        <Time at={run.started_at ?? run.created_at} className="tnum shrink-0" />
      </span>
      {run.question_id !== null && (
        <span className="flex items-center gap-1.5 text-sm text-warn">
          <MessageCircleQuestion size={14} aria-hidden /> It asks a question
        </span>
      )}
      {run.progress !== null && <Untrusted inline text={run.progress} className="line-clamp-1 text-sm text-muted" />}
      {run.fraction !== null && <ProgressBar share={run.fraction} label={`How much ${run.agent} says is done`} className="mt-1" />}
    </Link>
  );
}
