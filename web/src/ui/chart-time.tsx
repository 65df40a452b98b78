import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { LINE_LOOKS, type ChartLine, type ChartPoint } from './chart.ts';

export interface TimeChartProps {
  /** What is drawn, for screen readers; the figures themselves stand in a table elsewhere. */
  label: string;
  points: readonly ChartPoint[];
  lines: readonly ChartLine[];
  format(value: number | null): string;
  /** The same on the axis, where there is little room. */
  tick(value: number): string;
  /** Values the axis names, from 0 to its end. */
  ticks: readonly number[];
}

const AXIS_PX = 56;
const TOP_PX = 8;
/** Height of the names under the chart, as the library gives it. */
const NAMES_PX = 30;

const TICK = { fill: 'var(--muted)', fontSize: 12 } as const;

/**
 * Figures over time. Gaps are gaps, on a shaded ground that says why when it is pointed at; bars at the foot say how many samples each figure is
 * of. Arrow keys move along the points.
 */
export function TimeChart({ label, points, lines, format, tick, ticks }: TimeChartProps) {
  const manyN = Math.max(1, ...points.map(({ n }) => n));
  const data = points.map((point) => ({ ...point, gap: point.note === null ? 0 : 1 }));
  return (
    <figure>
      <div className="relative h-64">
        <Marks ticks={ticks} tick={tick} />
        <ResponsiveContainer width="100%" height="100%">
          <ComposedChart data={data} margin={{ top: TOP_PX, right: 8, bottom: 0, left: 0 }} title={label} barCategoryGap={0}>
            <CartesianGrid yAxisId="value" vertical={false} stroke="var(--line)" />
            {/* Bars of one axis share its width: the ground has an axis of its own, so that it is as wide as the stretch. */}
            <XAxis xAxisId="ground" dataKey="name" hide />
            <XAxis dataKey="name" tick={TICK} tickLine={false} axisLine={{ stroke: 'var(--line)' }} minTickGap={28} />
            <YAxis
              yAxisId="value"
              tick={false}
              tickLine={false}
              axisLine={false}
              width={AXIS_PX}
              ticks={[...ticks]}
              domain={[0, ticks.at(-1) ?? 1]}
              interval={0}
            />
            <YAxis yAxisId="gap" hide domain={[0, 1]} />
            <YAxis yAxisId="n" hide domain={[0, manyN * 5]} />
            <Tooltip
              cursor={{ stroke: 'var(--line-strong)' }}
              isAnimationActive={false}
              content={({ active, payload }) =>
                active === true ? <PointNote point={payload[0]?.payload as ChartPoint} lines={lines} format={format} /> : null
              }
            />
            <Bar xAxisId="ground" yAxisId="gap" dataKey="gap" fill="var(--sunken)" isAnimationActive={false} />
            <Bar yAxisId="n" dataKey="n" fill="var(--line)" isAnimationActive={false} />
            {lines.map(({ key, name }, at) => {
              const { color, dash } = LINE_LOOKS[at % LINE_LOOKS.length] ?? { color: 'var(--accent)', dash: undefined };
              return (
                <Line
                  key={key}
                  yAxisId="value"
                  name={name}
                  dataKey={(point: ChartPoint) => point.values[key]}
                  type="linear"
                  stroke={color}
                  strokeWidth={2}
                  {...(dash === undefined ? {} : { strokeDasharray: dash })}
                  dot={{ r: 2.5, fill: color, stroke: color, strokeDasharray: '' }}
                  activeDot={{ r: 4.5 }}
                  connectNulls={false}
                  isAnimationActive={false}
                />
              );
            })}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
        {lines.length > 1 && lines.map((line, at) => <LineName key={line.key} line={line} at={at} />)}
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="inline-block h-3 w-2 bg-line" /> samples
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="inline-block h-3 w-4 bg-sunken" /> nothing measured
        </span>
      </figcaption>
    </figure>
  );
}

/** The marks of the axis, beside the lines they name. */
function Marks({ ticks, tick }: Pick<TimeChartProps, 'ticks' | 'tick'>) {
  const end = ticks.at(-1) ?? 1;
  return (
    <div aria-hidden className="tnum absolute left-0 text-right text-xs text-muted" style={{ top: TOP_PX, bottom: NAMES_PX, width: AXIS_PX - 8 }}>
      {ticks.map((value) => (
        <span key={value} className="absolute right-0 translate-y-1/2 whitespace-nowrap" style={{ bottom: `${(100 * value) / end}%` }}>
          {tick(value)}
        </span>
      ))}
    </div>
  );
}

function LineName({ line, at }: { line: ChartLine; at: number }) {
  const { color, dash } = LINE_LOOKS[at % LINE_LOOKS.length] ?? { color: 'var(--accent)', dash: undefined };
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden width="24" height="8">
        <line x1="0" x2="24" y1="4" y2="4" stroke={color} strokeWidth="2" {...(dash === undefined ? {} : { strokeDasharray: dash })} />
      </svg>
      {line.name}
    </span>
  );
}

function PointNote({ point, lines, format }: { point: ChartPoint | undefined; lines: readonly ChartLine[]; format(value: number | null): string }) {
  if (point === undefined) return null;
  return (
    <div className="max-w-72 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-raised">
      <p className="font-medium">
        {point.name}
        {point.partial && <span className="font-normal text-muted"> (not over yet)</span>}
      </p>
      {point.note === null ? (
        <dl className="tnum grid grid-cols-[1fr_auto] gap-x-3">
          {lines.map(({ key, name }) => (
            <div key={key} className="contents">
              <dt className="truncate text-muted">{lines.length === 1 ? 'Value' : name}</dt>
              <dd className="text-right">{format(point.values[key] ?? null)}</dd>
            </div>
          ))}
          <dt className="text-muted">Samples</dt>
          <dd className="text-right">{point.n}</dd>
        </dl>
      ) : (
        <p className="text-muted">{point.note}</p>
      )}
    </div>
  );
}
