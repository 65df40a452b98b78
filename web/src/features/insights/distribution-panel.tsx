import { Empty } from '../../ui/empty.tsx';
import { BarRows } from '../../ui/bar-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { binName, figure, leftOut } from './format.ts';
import { useDistribution, type Definition, type Distribution } from './queries.ts';
import type { MetricSearch } from './search.ts';

/** How the samples are spread, what they are made of, and what was left out. */
export function DistributionPanel({ definition, search }: { definition: Definition; search: MetricSearch }) {
  const distribution = useDistribution(definition.metric, search);
  return (
    <Panel title="How it is spread">
      <QueryState
        query={distribution}
        noun="the distribution"
        loading={<SkeletonRows rows={5} height="h-8" />}
        isEmpty={({ n, excluded }) => n === 0 && leftOut(excluded) === 0}
        empty={<Empty title="Nothing was measured">{distribution.data?.reason}</Empty>}
      >
        {(data) => <Spread distribution={data} definition={definition} />}
      </QueryState>
    </Panel>
  );
}

function Spread({ distribution, definition }: { distribution: Distribution; definition: Definition }) {
  const { unit, bins, parts, excluded, n, least, most } = distribution;
  const hasParts = Object.keys(parts).length > 0;
  return (
    <div className="flex flex-col gap-5">
      {n > 0 && !(unit === 'share' && hasParts) && (
        <div>
          <BarRows label="Samples by size" total={n} rows={bins.map((bin) => ({ name: binName(bin, unit), count: bin.n }))} />
          {unit !== 'share' && (
            <p className="tnum mt-2 text-sm text-muted">
              From {figure(least, unit)} to {figure(most, unit)}, {n} in all.
            </p>
          )}
        </div>
      )}
      {hasParts && (
        <div>
          <h3 className="mb-2 text-sm font-medium">What it is made of</h3>
          <BarRows
            label="Parts"
            rows={Object.entries(parts).map(([code, count]) => ({ name: code.replaceAll('_', ' '), count, note: definition.parts[code] }))}
          />
        </div>
      )}
      {leftOut(excluded) > 0 && (
        <div>
          <h3 className="mb-2 text-sm font-medium">Left out</h3>
          <ul className="flex flex-col gap-1 text-sm">
            {Object.entries(excluded).map(([code, count]) => (
              <li key={code} className="flex gap-3">
                <span className="tnum w-8 text-right font-medium">{count}</span>
                <span className="text-muted">{definition.exclusions[code] ?? code}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
