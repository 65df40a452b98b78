import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { cn } from '../../ui/class-names.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { Stat } from '../../ui/stat.tsx';
import { Select } from '../../ui/text-input.tsx';
import { duration } from '../../ui/time-words.ts';
import type { Figures } from './queries.ts';
import { WINDOWS } from './views.ts';
import { count, percent } from './words.ts';

type Hours = (typeof WINDOWS)[number];
const WORDS: Readonly<Record<Hours, string>> = { 24: 'Last 24 hours', 168: 'Last 7 days', 720: 'Last 30 days' };

const FRAME = 'mb-6 rounded-lg border border-line bg-surface shadow-panel';
const GRID = 'grid grid-cols-2 gap-x-6 gap-y-4 p-4 md:grid-cols-3 xl:grid-cols-[minmax(15rem,1.5fr)_repeat(4,1fr)_auto]';

/** How the queue did: throughput, success, latency, conflicts, checks; each leads to what it counts. */
export function FiguresStrip({ query, hours, onHours }: { query: UseQueryResult<Figures>; hours: Hours; onHours(hours: Hours): void }) {
  return (
    <section aria-label="How the queue did" className={FRAME}>
      <QueryState query={query} noun="the figures" loading={<Cells figures={null} />}>
        {(figures) => <Cells figures={figures} chosen={{ hours, onHours }} />}
      </QueryState>
    </section>
  );
}

/** The place of the figures before anything is known. */
export function HoldingFigures() {
  return (
    <div role="status" aria-label="Loading" className={FRAME}>
      <Cells figures={null} />
    </div>
  );
}

/** `figures` null: not read yet; everything has its place already. */
function Cells({ figures, chosen }: { figures: Figures | null; chosen?: { hours: Hours; onHours(hours: Hours): void } }) {
  return (
    <div className={GRID}>
      <Landed figures={figures} />
      <Counted
        to="landed"
        figures={figures}
        label="Success rate"
        value={(read) => percent(read.success_share)}
        note={(read) => (read.ended === 0 ? 'nothing ended' : `${read.landed} of ${read.ended} landed`)}
      />
      <Counted
        to="landed"
        figures={figures}
        label="Median time to land"
        value={(read) => secondsOr(read.to_land.p50_s)}
        note={({ to_land: { p90_s: most } }) => (most === null ? 'nothing landed' : `90 % within ${secondsOr(most)}`)}
      />
      <Counted
        to="aside"
        figures={figures}
        label="Set aside in conflict"
        value={(read) => read.conflicts}
        note={(read) => (read.conflict_share === null ? 'nothing ended' : `${percent(read.conflict_share)} of changes`)}
      />
      <Counted to="landed" figures={figures} label="Checks passed" value={(read) => percent(passedShare(read))} note={checksNote} />
      <label className="col-span-2 flex flex-col gap-1 self-start md:col-span-1">
        <span className="sr-only">Figures of the</span>
        <Select
          value={chosen?.hours ?? WINDOWS[0]}
          disabled={chosen === undefined}
          onChange={(event) => chosen?.onHours(WINDOWS.find((one) => String(one) === event.target.value) ?? 24)}
        >
          {WINDOWS.map((one) => (
            <option key={one} value={one}>
              {WORDS[one]}
            </option>
          ))}
        </Select>
      </label>
    </div>
  );
}

interface CountedProps {
  /** The list of what it counts. */
  to: 'landed' | 'aside';
  figures: Figures | null;
  label: string;
  value(figures: Figures): ReactNode;
  note(figures: Figures): string;
  className?: string;
}

/** One figure, which leads to what it counts. A note may take two lines on narrow screens: both are kept free. */
function Counted({ to, figures, label, value, note, className }: CountedProps) {
  const stat = (
    <Stat
      label={label}
      value={figures === null ? '–' : value(figures)}
      note={figures === null ? '–' : note(figures)}
      className="max-md:[&>:last-child]:min-h-10"
    />
  );
  if (figures === null) return <div className={className}>{stat}</div>;
  return (
    <Link
      to="/queue"
      search={(before) => ({ ...before, view: to, day: undefined, since: to === 'landed' ? figures.from : undefined })}
      className={cn('group min-w-0 rounded-md hover:[&_span]:text-accent', className)}
    >
      {stat}
    </Link>
  );
}

const secondsOr = (seconds: number | null): string => (seconds === null ? '–' : duration(seconds * 1000));

function passedShare({ verifications: { passed, failed } }: Figures): number | null {
  return passed + failed === 0 ? null : passed / (passed + failed);
}

function checksNote({ verifications: runs }: Figures): string {
  if (runs.passed + runs.failed === 0) return 'none were run';
  const usual = runs.p50_ms === null ? '' : `, median ${duration(runs.p50_ms)}`;
  return `${count(runs.passed + runs.failed, 'run')}${usual}`;
}

/** Throughput with its course; the bars are for the eye, the sentence for everybody. */
function Landed({ figures }: { figures: Figures | null }) {
  const series = figures?.series ?? [];
  const most = Math.max(1, ...series.map(({ landed, quarantined }) => landed + quarantined));
  return (
    <div className="col-span-2 flex min-w-0 items-start gap-4 md:col-span-1">
      <Counted
        to="landed"
        figures={figures}
        label="Landed"
        value={({ landed }) => landed}
        note={({ submitted }) => `${count(submitted, 'change')} submitted`}
        className="shrink-0"
      />
      <svg
        viewBox="0 0 120 40"
        preserveAspectRatio="none"
        className="mt-1 h-14 min-w-0 flex-1"
        role="img"
        aria-label={`Landed in ${series.length} equal parts of the time: ${series.map(({ landed }) => landed).join(', ')}`}
      >
        {series.map(({ from, landed, quarantined }, at) => {
          const good = (landed / most) * 38;
          const bad = (quarantined / most) * 38;
          return (
            <g key={from}>
              <rect x={at * 5} y={39} width={4} height={1} className="fill-line" />
              <rect x={at * 5} y={40 - good} width={4} height={good} className="fill-accent" />
              <rect x={at * 5} y={40 - good - bad} width={4} height={bad} className="fill-bad" />
            </g>
          );
        })}
      </svg>
    </div>
  );
}
