import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Stat } from '../../ui/stat.tsx';
import { Select } from '../../ui/text-input.tsx';
import { DistributionPanel } from './distribution-panel.tsx';
import { change, figure, leftOut } from './format.ts';
import { useBefore, useDefinitions, useSeries, type Definition, type Series } from './queries.ts';
import { SamplesPanel } from './samples-panel.tsx';
import type { MetricSearch } from './search.ts';
import { SeriesPanel } from './series-panel.tsx';
import { WindowBar } from './window-bar.tsx';

const route = getRouteApi('/shell/insights/$metric');

/** One metric: its figure, over time, how it is spread, what it was computed from, and what it means. */
export function MetricPage() {
  const { metric } = route.useParams();
  const search = route.useSearch();
  const definitions = useDefinitions();
  const definition = definitions.data?.items.find((one) => one.metric === metric);
  return (
    <Page
      title={definition?.title ?? metric}
      wide
      trail={
        <Link to="/insights" search={{ project: search.project, days: search.days, from: search.from, to: search.to }} className="hover:underline">
          Metrics
        </Link>
      }
      about={
        definition !== undefined && (
          <>
            <span className="max-w-prose">{definition.meaning}</span>
            <Badge>definition {definition.definition_version}</Badge>
          </>
        )
      }
    >
      <QueryState query={definitions} noun="the metrics" loading={<Skeleton className="h-96" />}>
        {() => (definition === undefined ? <NoMetric /> : <Metric definition={definition} search={search} />)}
      </QueryState>
    </Page>
  );
}

function NoMetric() {
  return (
    <Empty icon={SearchX} title="There is nothing here">
      There is no metric of this name. It may have been renamed, or the link is wrong.
    </Empty>
  );
}

function Metric({ definition, search }: { definition: Definition; search: MetricSearch }) {
  const navigate = useNavigate();
  const { metric } = definition;
  const set = (next: MetricSearch) =>
    void navigate({ to: '/insights/$metric', params: { metric }, search: { ...search, ...next }, replace: true, resetScroll: false });
  const series = useSeries(metric, search, true);
  return (
    <>
      <WindowBar search={search} onChange={set}>
        <Field label="Points" className="w-28">
          <Select value={search.bucket ?? 'day'} onChange={(event) => set({ bucket: event.target.value === 'week' ? 'week' : undefined })}>
            <option value="day">Days</option>
            <option value="week">Weeks</option>
          </Select>
        </Field>
        <Field label="Split by" className="w-36">
          <Select value={search.by ?? ''} onChange={(event) => set({ by: definition.dimensions.find((one) => one === event.target.value) })}>
            <option value="">Nothing</option>
            {definition.dimensions.map((dimension) => (
              <option key={dimension}>{dimension}</option>
            ))}
          </Select>
        </Field>
      </WindowBar>
      <div className="flex flex-col gap-4">
        <QueryState query={series} noun="this figure" loading={<Skeleton className="h-96" />}>
          {(data) => (
            <>
              <Figures series={data} search={search} />
              <SeriesPanel
                series={data}
                definition={definition}
                asTable={search.show === 'table'}
                onTable={(table) => set({ show: table ? 'table' : undefined })}
              />
            </>
          )}
        </QueryState>
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <DistributionPanel definition={definition} search={search} />
          <DefinitionPanel definition={definition} />
        </div>
        <SamplesPanel definition={definition} search={search} onChange={set} />
      </div>
    </>
  );
}

function Figures({ series, search }: { series: Series; search: MetricSearch }) {
  const before = useBefore(series.metric, search);
  const { unit, value, n, mean, p50, p75, p90, reason } = series;
  const moved = before.data === undefined ? null : change(value, before.data.value, unit);
  const out = leftOut(series.excluded);
  return (
    <section aria-label="Figures" className="rounded-lg border border-line bg-surface p-4 shadow-panel">
      <div className="grid grid-cols-[repeat(auto-fit,minmax(10rem,1fr))] gap-4">
        <Stat label="Value" value={figure(value, unit)} />
        <Stat label="Counted" value={n.toLocaleString('en')} />
        <Stat label="Left out" value={out.toLocaleString('en')} />
        <Stat
          label="Before that"
          value={before.data === undefined ? '…' : figure(before.data.value, unit)}
          note={before.data === undefined ? undefined : (moved ?? `of ${before.data.n}`)}
        />
        {unit === 'share' ? null : (
          <>
            <Stat label="Mean" value={figure(mean, unit)} />
            <Stat label="Half are below" value={figure(p50, unit)} note={p75 === null ? undefined : `three quarters below ${figure(p75, unit)}`} />
            <Stat label="Nine of ten below" value={figure(p90, unit)} />
          </>
        )}
      </div>
      {reason !== null && <p className="mt-3 text-sm text-muted">{reason}</p>}
    </section>
  );
}

function DefinitionPanel({ definition }: { definition: Definition }) {
  const { formula, end, exclusions, parts, subject } = definition;
  return (
    <Panel title="What is counted, and how">
      <Facts
        rows={[
          ['Formula', formula],
          ['Belongs to a day by', end],
          ['One sample is', `one ${subject}`],
          ...Object.entries(exclusions).map(([code, says]) => [`Left out: ${code.replaceAll('_', ' ')}`, says] as const),
          ...Object.entries(parts).map(([code, says]) => [`Part: ${code.replaceAll('_', ' ')}`, says] as const),
        ]}
      />
    </Panel>
  );
}
