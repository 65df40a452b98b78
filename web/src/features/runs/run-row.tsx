import { Link } from '@tanstack/react-router';
import { CircleHelp } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { moneyText } from '../../ui/money-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { shortDuration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Run } from './queries.ts';
import { isOver, subjectOf, titleOf, tokensText } from './run-words.ts';

/** One run in a list: the whole row leads to it. */
export function RunRow({ run }: { run: Run }) {
  const over = isOver(run);
  return (
    <Link
      to="/runs/$id"
      params={{ id: run.id }}
      className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 hover:bg-hover sm:flex-nowrap"
    >
      <div className="w-28 shrink-0">
        <StateBadge state={run.state} />
      </div>
      <div className="min-w-0 flex-1 basis-52">
        <p className="truncate font-medium">
          <Untrusted inline text={titleOf(run)} />
        </p>
        <div className="truncate text-sm text-muted">
          <SecondLine run={run} over={over} />
        </div>
      </div>
      <div className="flex w-full shrink-0 items-center justify-between gap-4 text-sm text-muted sm:w-72 sm:justify-end">
        {run.question_id !== null && (
          <Badge tone="warn" icon={<CircleHelp size={12} aria-hidden />}>
            asks
          </Badge>
        )}
        <span className="truncate">
          {run.agent} · {run.role}
          {run.attempt > 1 && ` · attempt ${run.attempt}`}
        </span>
        <Figures run={run} over={over} />
      </div>
    </Link>
  );
}

function SecondLine({ run, over }: { run: Run; over: boolean }) {
  const where = [subjectOf(run), run.repository].filter((part) => part !== null).join(' · ');
  if (!over && run.progress !== null)
    return (
      <>
        <Untrusted inline text={run.progress.message} />
        {run.progress.fraction !== null && <ProgressBar share={run.progress.fraction} label="Done, as the agent says" className="mt-1 max-w-56" />}
      </>
    );
  return <Untrusted inline text={over && run.detail !== null ? run.detail : where} />;
}

function Figures({ run, over }: { run: Run; over: boolean }) {
  const now = useNow();
  const tokens = run.usage.input_tokens + run.usage.output_tokens;
  return (
    <span className="tnum flex shrink-0 flex-col items-end text-right whitespace-nowrap">
      <span className="text-ink">
        {over ? <Time at={run.ended_at} /> : run.started_at === null ? 'waits' : shortDuration(Math.max(0, now - Date.parse(run.started_at)))}
      </span>
      <span className="text-xs">
        {tokensText(tokens)} tokens · {moneyText(run.usage.cost_micros)}
      </span>
    </span>
  );
}
