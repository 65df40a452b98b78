import { cn } from '../../ui/class-names.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { shareOf } from './evidence.ts';
import { useSummary, type Summary } from './queries.ts';
import { FLAGS, type Flag, type RecordSearch } from './search.ts';

type Set = (change: RecordSearch) => void;

/** How complete the evidence is, and what stands out; each figure narrows the list to what it counts. */
export function SummaryPanel({ search, onChange }: { search: RecordSearch; onChange: Set }) {
  const summary = useSummary(search);
  return (
    <section aria-label="Summary" aria-busy={summary.isPending}>
      <QueryState query={summary} noun="the summary" loading={<Figures summary={null} search={search} onChange={onChange} />}>
        {(data) => <Figures summary={data} search={search} onChange={onChange} />}
      </QueryState>
    </section>
  );
}

interface FiguresProps {
  /** Null: not counted yet; everything has its place already. */
  summary: Summary | null;
  search: RecordSearch;
  onChange: Set;
}

function Figures(props: FiguresProps) {
  return (
    <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
      <Outcomes {...props} />
      <Flags {...props} />
    </div>
  );
}

const OUTCOMES = [
  { outcome: undefined, name: 'All changes', count: ({ total }: Summary) => total },
  { outcome: 'clean', name: 'Complete', count: ({ clean }: Summary) => clean },
  { outcome: 'exceptions', name: 'With exceptions', count: ({ exceptions }: Summary) => exceptions },
  { outcome: 'incomplete', name: 'Evidence missing', count: ({ incomplete }: Summary) => incomplete },
] as const;

function Outcomes({ summary, search, onChange }: FiguresProps) {
  return (
    <div className="grid grid-cols-2 gap-3" role="group" aria-label="Outcome">
      {OUTCOMES.map(({ outcome, name, count }) => {
        const chosen = search.outcome === outcome && search.flag === undefined;
        return (
          <button
            key={name}
            type="button"
            aria-pressed={chosen}
            onClick={() => onChange({ outcome, flag: undefined })}
            className={cn(
              'flex flex-col items-start rounded-lg border bg-surface px-4 py-3 text-left shadow-panel hover:bg-hover',
              chosen ? 'border-accent' : 'border-line',
            )}
          >
            <span className="text-sm text-muted">{name}</span>
            <span className="tnum text-2xl leading-tight font-semibold">{summary === null ? '–' : count(summary).toLocaleString('en')}</span>
            <span className="tnum text-sm text-muted">
              {outcome === undefined ? 'in this search' : summary === null ? '–' : shareOf(count(summary), summary.total)}
            </span>
          </button>
        );
      })}
    </div>
  );
}

const NOT_COUNTED: ReadonlyArray<{ flag: Flag; count: number | null }> = (Object.keys(FLAGS) as Flag[]).map((flag) => ({ flag, count: null }));

function Flags({ summary, search, onChange }: FiguresProps) {
  const flags: typeof NOT_COUNTED = summary?.flags ?? NOT_COUNTED;
  const total = summary?.total ?? 0;
  return (
    <ul
      aria-label="What stands out"
      className="grid grid-cols-1 content-start gap-x-4 rounded-lg border border-line bg-surface p-2 shadow-panel sm:grid-cols-2"
    >
      {flags.map(({ flag, count }) => (
        <li key={flag}>
          <button
            type="button"
            aria-pressed={search.flag === flag}
            title={FLAGS[flag as Flag].says}
            onClick={() => onChange({ flag: search.flag === flag ? undefined : flag, outcome: undefined })}
            className={cn(
              'flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover',
              search.flag === flag && 'bg-accent-soft',
            )}
          >
            <span className="flex-1 truncate">{FLAGS[flag as Flag].word}</span>
            <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-hover">
              <span
                className={cn('block h-full', FLAGS[flag as Flag].kind === 'gap' ? 'bg-line-strong' : 'bg-warn')}
                style={{ width: `${total === 0 ? 0 : (100 * (count ?? 0)) / total}%` }}
              />
            </span>
            <span className={cn('tnum w-8 text-right', (count ?? 0) === 0 && 'text-faint')}>{count ?? '–'}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
