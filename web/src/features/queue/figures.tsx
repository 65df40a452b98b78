import { useQuery } from '@tanstack/react-query';
import { Select } from '../../ui/text-input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Stat } from '../../ui/stat.tsx';
import { duration } from '../../ui/time-words.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { figuresQuery, type Figures } from './queries.ts';
import { WINDOWS } from './views.ts';
import { count, percent } from './words.ts';

type Hours = (typeof WINDOWS)[number];
const WORDS: Readonly<Record<Hours, string>> = { 24: 'Last 24 hours', 168: 'Last 7 days', 720: 'Last 30 days' };

/** How the queue did: throughput, success, latency, conflicts, checks. */
export function FiguresStrip({ hours, onHours }: { hours: Hours; onHours(hours: Hours): void }) {
  const query = useQuery(figuresQuery(hours));
  return (
    <section aria-label="How the queue did" className="mb-6 rounded-lg border border-line bg-surface shadow-panel">
      <QueryState query={query} noun="the figures" loading={<Holding />}>
        {(figures) => (
          <div className="grid grid-cols-2 gap-x-6 gap-y-4 p-4 md:grid-cols-3 xl:grid-cols-[minmax(15rem,1.5fr)_repeat(4,1fr)_auto]">
            <Landed figures={figures} />
            <Stat
              label="Success rate"
              value={percent(figures.success_share)}
              note={figures.ended === 0 ? 'nothing ended' : `${figures.landed} of ${figures.ended} landed`}
            />
            <Stat
              label="Median time to land"
              value={secondsOr(figures.to_land.p50_s)}
              note={figures.to_land.p90_s === null ? 'nothing landed' : `90 % within ${secondsOr(figures.to_land.p90_s)}`}
            />
            <Stat
              label="Conflicts left to people"
              value={figures.conflicts}
              note={figures.conflict_share === null ? 'nothing ended' : `${percent(figures.conflict_share)} of changes`}
            />
            <Stat label="Checks passed" value={percent(passedShare(figures))} note={checksNote(figures)} />
            <label className="col-span-2 flex flex-col gap-1 self-start md:col-span-1">
              <span className="sr-only">Figures of the</span>
              <Select value={hours} onChange={(event) => onHours(WINDOWS.find((one) => String(one) === event.target.value) ?? 24)}>
                {WINDOWS.map((one) => (
                  <option key={one} value={one}>
                    {WORDS[one]}
                  </option>
                ))}
              </Select>
            </label>
          </div>
        )}
      </QueryState>
    </section>
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
function Landed({ figures }: { figures: Figures }) {
  const most = Math.max(1, ...figures.series.map(({ landed, quarantined }) => landed + quarantined));
  return (
    <div className="col-span-2 flex min-w-0 items-start gap-4 md:col-span-1">
      <Stat label="Landed" value={figures.landed} note={`${count(figures.submitted, 'change')} submitted`} className="shrink-0" />
      <svg
        viewBox="0 0 120 40"
        preserveAspectRatio="none"
        className="mt-1 h-14 min-w-0 flex-1"
        role="img"
        aria-label={`Landed in ${figures.series.length} equal parts of the time: ${figures.series.map(({ landed }) => landed).join(', ')}`}
      >
        {figures.series.map(({ from, landed, quarantined }, at) => {
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

function Holding() {
  return (
    <div role="status" aria-label="Loading" className="grid h-[6.4rem] grid-cols-2 gap-6 p-4 md:grid-cols-3 xl:grid-cols-5">
      {[0, 1, 2, 3, 4].map((at) => (
        <div key={at} className="flex flex-col gap-2">
          <Skeleton className="w-24" />
          <Skeleton className="h-6 w-14" />
        </div>
      ))}
    </div>
  );
}
