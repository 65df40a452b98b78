import type { ReactNode } from 'react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { SparkLine } from '../../ui/spark-line.tsx';
import { figure, leftOut } from './format.ts';
import { useDefinitions, useSeries, type Definition, type Series } from './queries.ts';
import type { MetricSearch } from './search.ts';
import { WindowBar } from './window-bar.tsx';

const route = getRouteApi('/shell/insights');

/** Every figure there is, by its one written definition. */
export function MetricsPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const definitions = useDefinitions();
  return (
    <Page title="Metrics" wide about="Each figure is counted by one written definition, says how many it is of, and is never a flattering zero.">
      <WindowBar search={search} onChange={(change) => void navigate({ to: '/insights', search: { ...search, ...change }, replace: true })} />
      <QueryState
        query={definitions}
        noun="the metrics"
        loading={
          <Cards>
            {Array.from({ length: 6 }, (_, at) => (
              <Skeleton key={at} className="h-48" />
            ))}
          </Cards>
        }
      >
        {({ items }) => (
          <Cards>
            {items.map((definition) => (
              <MetricCard key={definition.metric} definition={definition} search={search} />
            ))}
          </Cards>
        )}
      </QueryState>
    </Page>
  );
}

const Cards = ({ children }: { children: ReactNode }) => <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">{children}</ul>;

function MetricCard({ definition, search }: { definition: Definition; search: MetricSearch }) {
  const series = useSeries(definition.metric, search);
  return (
    <li className="relative flex min-h-48 min-w-0 flex-col gap-1 rounded-lg border border-line bg-surface p-4 shadow-panel hover:border-line-strong">
      <h2 className="font-semibold">
        <Link to="/insights/$metric" params={{ metric: definition.metric }} search={search} className="after:absolute after:inset-0 after:rounded-lg">
          {definition.title}
        </Link>
      </h2>
      <QueryState query={series} noun="this figure" loading={<Skeleton className="h-24" />}>
        {(data) => <CardFigure series={data} definition={definition} />}
      </QueryState>
    </li>
  );
}

function CardFigure({ series, definition }: { series: Series; definition: Definition }) {
  const out = leftOut(series.excluded);
  return (
    <>
      <p className="tnum text-2xl leading-tight font-semibold tracking-tight">
        {figure(series.value, series.unit)}
        {series.value === null && <span className="sr-only">not measured</span>}
      </p>
      <p className="tnum text-sm text-muted">
        {nText(definition, series.n)}
        {out > 0 && `, ${out} left out`}
      </p>
      {series.value === null ? (
        <p className="mt-1 text-sm text-muted">{series.reason}</p>
      ) : (
        <SparkLine values={series.buckets.map(({ value }) => value)} className="mt-auto h-12 w-full" />
      )}
    </>
  );
}

const AGGREGATES = { median: 'median', share: 'share', total: 'total' } as const;

/** `median of 12 pull requests`. */
const nText = ({ aggregate, subject }: Definition, n: number): string =>
  `${AGGREGATES[aggregate]} of ${n.toLocaleString('en')} ${subject}${n === 1 ? '' : 's'}`;
