import { cn } from '../../ui/class-names.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { layOut, type Place } from './graph.ts';
import type { Hold } from './holds.ts';
import type { Task } from './queries.ts';
import { whoOf } from './words.ts';

const WIDTH = 208;
const HEIGHT = 76;
const BETWEEN = 56;
const GAP = 16;
const MARGIN = 16;

const left = ({ layer }: Place): number => MARGIN + layer * (WIDTH + BETWEEN);
const top = ({ row }: Place): number => MARGIN + row * (HEIGHT + GAP);

/**
 * Tasks in columns with lines from each to what waits for it, dotted where it is held back though the plan does not say so. A drawing beside the list, which says the same in words: hidden from screen readers and
 * from narrow screens.
 */
export function TaskGraph({ tasks, holds }: { tasks: readonly Task[]; holds: readonly Hold[] }) {
  const { places, edges, layers, rows } = layOut(
    tasks.map(({ id, depends_on }) => ({ id, depends_on, held_by: holds.filter(({ task }) => task === id).map(({ on }) => on) })),
  );
  const at = new Map(places.map((place) => [place.id, place]));
  const width = 2 * MARGIN + layers * WIDTH + (layers - 1) * BETWEEN;
  const height = 2 * MARGIN + rows * HEIGHT + (rows - 1) * GAP;
  const landed = new Set(tasks.filter(({ state }) => state === 'landed').map(({ id }) => id));
  return (
    <div aria-hidden className="overflow-x-auto max-sm:hidden">
      <div className="relative" style={{ width, height }}>
        <svg width={width} height={height} className="absolute inset-0 text-line-strong">
          {edges.map(({ from, to, isHold }) => {
            const start = at.get(from);
            const end = at.get(to);
            if (start === undefined || end === undefined) return null;
            const [x1, y1, x2, y2] = [left(start) + WIDTH, top(start) + HEIGHT / 2, left(end), top(end) + HEIGHT / 2];
            const bend = Math.max(BETWEEN / 2, (x2 - x1) / 2);
            return (
              <g key={`${from} ${to}`} className={landed.has(from) ? 'text-good' : 'text-line-strong'}>
                <path
                  d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 5},${y2}`}
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.5"
                  {...(isHold ? { strokeDasharray: '2 4' } : {})}
                />
                <path d={`M${x2 - 6},${y2 - 4} L${x2},${y2} L${x2 - 6},${y2 + 4}`} fill="none" stroke="currentColor" strokeWidth="1.5" />
              </g>
            );
          })}
        </svg>
        {tasks.map((task) => {
          const place = at.get(task.id);
          return place === undefined ? null : <Node key={task.id} task={task} place={place} />;
        })}
      </div>
    </div>
  );
}

function Node({ task, place }: { task: Task; place: Place }) {
  return (
    <div
      className={cn(
        'absolute flex flex-col justify-between rounded-md border bg-surface p-2 text-sm',
        task.state === 'failed' ? 'border-bad' : 'border-line',
      )}
      style={{ left: left(place), top: top(place), width: WIDTH, height: HEIGHT }}
    >
      <p className="line-clamp-2 leading-tight">
        <span className="text-muted">{task.key}</span> <Untrusted inline text={task.title} />
      </p>
      <p className="flex items-center justify-between gap-2">
        <span className="truncate text-xs text-muted">{whoOf(task.assignee)}</span>
        <StateBadge state={task.state} />
      </p>
    </div>
  );
}
