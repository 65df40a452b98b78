import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Play } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Select } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { directionOf, MODES, summarise, type DecidedMode } from './policy-words.ts';
import { rowsOf, type Simulated } from './queries.ts';

type Changed = Simulated['items'][number];

const SINCE = [
  ['1d', 'since yesterday'],
  ['7d', 'of the last 7 days'],
  ['30d', 'of the last 30 days'],
  ['90d', 'of the last 90 days'],
] as const;

/** Decisions that were made, made again under a text: which would be others. */
export function PolicySimulation({ text, isDraft }: { text: string; isDraft: boolean }) {
  const [since, setSince] = useState('30d');
  const [asked, setAsked] = useState<{ text: string; since: string } | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['policy-simulation', asked],
    enabled: asked !== null,
    queryFn: ({ pageParam, signal }) =>
      read(
        api.POST('/v1/policy/simulate', {
          body: { text: asked?.text ?? '', since: asked?.since ?? '30d', limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: Infinity,
  });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Decisions" className="w-56">
          <Select value={since} onChange={(event) => setSince(event.target.value)}>
            {SINCE.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          kind="primary"
          icon={<Play size={15} aria-hidden />}
          busy={query.isFetching && !query.isFetchingNextPage}
          onClick={() => setAsked({ text, since })}
        >
          Simulate {isDraft ? 'your draft' : 'the rules in force'}
        </Button>
        <p className="text-sm text-muted">Nothing is done and nothing is kept.</p>
      </div>
      {asked !== null && asked.text !== text && <p className="text-sm text-warn">The draft was changed since: simulate it again.</p>}
      {asked === null ? (
        <Empty title="Make the recorded decisions again">
          Each decision keeps what was looked at. Under another text some of them would be others; those are listed here.
        </Empty>
      ) : (
        <QueryState query={query} noun="the simulation">
          {(data) => {
            const [first] = data.pages;
            const changed = rowsOf(data);
            return (
              <>
                {first !== undefined && <Counts report={first} />}
                <Panel title="Decisions that would be others" flush>
                  {changed.length === 0 ? (
                    <p className="px-4 py-6 text-center text-sm text-muted">None: everything would be decided as it was.</p>
                  ) : (
                    <DataTable label="Decisions that would be others" columns={COLUMNS} rows={changed} keyOf={({ action_id: id }) => id} />
                  )}
                  <MoreRows query={query} />
                </Panel>
              </>
            );
          }}
        </QueryState>
      )}
    </div>
  );
}

/** How many would be looser and stricter, in words. */
export function Counts({ report }: { report: Pick<Simulated, 'considered' | 'unknown' | 'truncated' | 'counts'> }) {
  const { looser, stricter, same } = summarise(report.counts);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" aria-label="Summary of the simulation" role="group">
      <span className="tnum">{report.considered} decisions made again:</span>
      <Badge tone={looser > 0 ? 'bad' : 'neutral'} icon={<ArrowDown size={12} aria-hidden />}>
        {looser} looser
      </Badge>
      <Badge tone={stricter > 0 ? 'info' : 'neutral'} icon={<ArrowUp size={12} aria-hidden />}>
        {stricter} stricter
      </Badge>
      <Badge>{same} the same</Badge>
      {report.unknown > 0 && <span className="text-muted">{report.unknown} kept no facts and are left out.</span>}
      {report.truncated && <span className="text-muted">There were more; the newest were taken.</span>}
    </div>
  );
}

function Mode({ mode }: { mode: DecidedMode }) {
  return <Badge tone={MODES[mode].tone}>{MODES[mode].words}</Badge>;
}

const COLUMNS: ReadonlyArray<Column<Changed>> = [
  { name: 'Action', cell: ({ kind }) => <code className="font-mono text-xs wrap-anywhere">{kind}</code> },
  { name: 'Was', from: 'sm', cell: ({ from }) => <Mode mode={from} /> },
  {
    name: 'Would be',
    cell: ({ from, to }) => (
      <span className="flex flex-wrap items-center gap-1.5">
        <Mode mode={to} />
        <span className={directionOf(from, to) === 'looser' ? 'text-xs font-medium text-bad' : 'text-xs text-muted'}>{directionOf(from, to)}</span>
      </span>
    ),
  },
  { name: 'Why', from: 'md', cell: ({ reason }) => <Untrusted inline text={reason} className="text-muted" /> },
  { name: 'Decided', from: 'sm', cell: ({ decided_at: at }) => <Time at={at} /> },
];
