import { Link } from '@tanstack/react-router';
import { placeOf } from '../../app/place-of.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { figure } from './format.ts';
import { useSamples, type Definition, type Sample } from './queries.ts';
import type { MetricSearch } from './search.ts';

/** What the figure was computed from, and what was left out and why: each row leads to the thing itself. */
export function SamplesPanel({
  definition,
  search,
  onChange,
}: {
  definition: Definition;
  search: MetricSearch;
  onChange(change: MetricSearch): void;
}) {
  const samples = useSamples(definition.metric, search);
  const rows = samples.data?.pages.flatMap(({ items }) => items) ?? [];
  const isOut = search.samples === 'left_out';
  return (
    <Panel
      title="Evidence"
      flush
      aside={
        <div role="group" aria-label="Which samples" className="flex gap-1">
          <Choice chosen={!isOut} onChoose={() => onChange({ samples: undefined })}>
            Counted
          </Choice>
          <Choice chosen={isOut} onChoose={() => onChange({ samples: 'left_out' })}>
            Left out
          </Choice>
        </div>
      }
    >
      <QueryState
        query={samples}
        noun="the evidence"
        loading={<SkeletonRows rows={5} />}
        isEmpty={() => rows.length === 0}
        empty={<Empty title={isOut ? 'Nothing was left out' : 'Nothing was counted'}>{isOut ? undefined : samples.data?.pages[0]?.title}</Empty>}
      >
        {() => (
          <>
            <ul>
              {rows.map((sample) => (
                <SampleRow key={`${sample.subject} ${sample.at}`} sample={sample} definition={definition} />
              ))}
            </ul>
            {samples.hasNextPage && (
              <div className="border-t border-line p-3 text-center">
                <Button busy={samples.isFetchingNextPage} onClick={() => void samples.fetchNextPage()}>
                  Show more
                </Button>
              </div>
            )}
          </>
        )}
      </QueryState>
    </Panel>
  );
}

function Choice({ chosen, onChoose, children }: { chosen: boolean; onChoose(): void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={cn('min-h-7 rounded-md px-2.5 text-sm', chosen ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:bg-hover')}
    >
      {children}
    </button>
  );
}

function SampleRow({ sample, definition }: { sample: Sample; definition: Definition }) {
  const { of, subject, at, value, excluded_because: because, keys } = sample;
  const place = placeOf(subject);
  const name = of === null ? subject : `${of.number === null ? '' : `#${of.number} `}${of.title}`;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-t border-line px-4 py-2 text-sm first:border-0">
      <div className="min-w-0">
        {place === null ? (
          <Untrusted inline text={name} />
        ) : (
          <Link to={place} className="block min-h-6 truncate font-medium hover:underline">
            <Untrusted inline text={name} />
          </Link>
        )}
        <p className="truncate text-muted">
          {because ?? [...(keys['repository'] ?? []), ...(keys['agent'] ?? []).filter((agent) => agent !== 'none')].join(' · ')}
        </p>
      </div>
      <div className="text-right">
        <p className="tnum font-medium">
          {value === null ? 'left out' : definition.unit === 'share' ? (value === 1 ? 'yes' : 'no') : figure(value, definition.unit)}
        </p>
        <Time at={at} className="text-muted" />
      </div>
    </li>
  );
}
