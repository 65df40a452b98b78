import { lazy, Suspense } from 'react';
import { BarChart3, Table2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import type { ChartLine, ChartPoint } from '../../ui/chart.ts';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { figure, leftOut, marks, tick } from './format.ts';
import type { Bucket, Definition, Series } from './queries.ts';

const TimeChart = lazy(() => import('../../ui/chart-time.tsx').then(({ TimeChart: component }) => ({ default: component })));

export interface SeriesPanelProps {
  series: Series;
  definition: Definition;
  asTable: boolean;
  onTable(table: boolean): void;
}

/** The figure over time: as a chart, or the same figures as a table. */
export function SeriesPanel({ series, definition, asTable, onTable }: SeriesPanelProps) {
  const toggle = (
    <Button size="small" icon={asTable ? <BarChart3 size={14} aria-hidden /> : <Table2 size={14} aria-hidden />} onClick={() => onTable(!asTable)}>
      {asTable ? 'Show as a chart' : 'Show as a table'}
    </Button>
  );
  return (
    <Panel title={`${definition.title}, ${series.bucket === 'day' ? 'day by day' : 'week by week'}`} aside={toggle} flush={asTable}>
      {asTable ? (
        <SeriesTable series={series} />
      ) : (
        <Suspense fallback={<Skeleton className="h-72" />}>
          <TimeChart
            label={`${definition.title} over time. The same figures stand in the table.`}
            points={series.buckets.map((bucket) => pointOf(bucket, series))}
            lines={linesOf(series)}
            format={(value) => figure(value, series.unit)}
            tick={(value) => tick(value, series.unit)}
            ticks={marks(highestOf(series), series.unit)}
          />
        </Suspense>
      )}
      {series.rows_left_out > 0 && !asTable && (
        <p className="mt-2 text-sm text-muted">{series.rows_left_out} more with fewer samples are not drawn.</p>
      )}
    </Panel>
  );
}

/** `Nov 21`; of a week its first day. */
export const dayOf = (at: string): string => new Date(at).toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

function pointOf(bucket: Bucket, series: Series): ChartPoint {
  const at = series.buckets.indexOf(bucket);
  const values: Record<string, number | null> = series.rows === null ? { all: bucket.value } : {};
  for (const { key, buckets } of series.rows ?? []) values[key] = buckets[at]?.value ?? null;
  return {
    name: dayOf(bucket.from),
    values,
    n: bucket.n,
    partial: bucket.partial,
    note: bucket.value === null ? (bucket.reason ?? 'Nothing was measured.') : null,
  };
}

const highestOf = ({ buckets, rows }: Series): number =>
  Math.max(0, ...[buckets, ...(rows ?? []).map((row) => row.buckets)].flat().map(({ value }) => value ?? 0));

const linesOf = ({ rows }: Series): ChartLine[] =>
  rows === null ? [{ key: 'all', name: 'All' }] : rows.map(({ key, n }) => ({ key, name: `${key} (${n})` }));

function SeriesTable({ series }: { series: Series }) {
  const { rows, unit } = series;
  return (
    <div className="max-h-96 overflow-auto" role="region" aria-label="The same figures as a table" tabIndex={0}>
      <table className="w-full text-left text-sm">
        <thead className="sticky top-0 bg-sunken text-xs text-muted">
          <tr>
            {[
              series.bucket === 'day' ? 'Day (UTC)' : 'Week from (UTC)',
              'Value',
              ...(rows ?? []).map(({ key }) => key),
              'Counted',
              'Left out',
              'Note',
            ].map((name) => (
              <th key={name} scope="col" className="px-4 py-1.5 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.buckets.map((bucket, at) => (
            <tr key={bucket.from} className="tnum border-t border-line">
              <th scope="row" className="px-4 py-1.5 font-normal whitespace-nowrap">
                {bucket.from.slice(0, 10)}
              </th>
              <td className="px-4 py-1.5 whitespace-nowrap">{figure(bucket.value, unit)}</td>
              {(rows ?? []).map(({ key, buckets }) => (
                <td key={key} className="px-4 py-1.5 whitespace-nowrap">
                  {figure(buckets[at]?.value ?? null, unit)}
                </td>
              ))}
              <td className="px-4 py-1.5">{bucket.n}</td>
              <td className="px-4 py-1.5">{leftOut(bucket.excluded)}</td>
              <td className="min-w-56 px-4 py-1.5 text-muted">
                {bucket.value === null ? bucket.reason : ''} {bucket.partial ? 'Not over yet.' : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
