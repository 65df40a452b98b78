import { useMemo } from 'react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useShortcuts } from '../../app/keyboard.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useChosenRow } from '../../ui/use-chosen-row.ts';
import { AuditExport } from './audit-export.tsx';
import { Checks } from './checks.tsx';
import { FilterBar } from './filter-bar.tsx';
import { useRecords, type ComplianceRow } from './queries.ts';
import { RecordTable } from './record-table.tsx';
import type { RecordSearch } from './search.ts';
import { SummaryPanel } from './summary-panel.tsx';

const route = getRouteApi('/shell/compliance');

/** Every change that landed on a branch, with the evidence an auditor asks for: how complete it is, and what stands out. */
export function CompliancePage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const records = useRecords(search);
  const set = (change: RecordSearch) => void navigate({ to: '/compliance', search: { ...search, ...change }, replace: true });
  return (
    <Page
      title="Compliance"
      wide
      about="One record for each change that landed, on an agent’s own branch too, and for each merged pull request. The ledger vouches for it."
      actions={<AuditExport search={search} />}
    >
      <div className="flex flex-col gap-4">
        <FilterBar search={search} onChange={set} />
        <SummaryPanel search={search} onChange={set} />
        <Records search={search} records={records} />
        {/* Below a list whose length is not known yet there is no place that holds. */}
        <div hidden={records.isPending}>
          <Checks project={search.project} />
        </div>
      </div>
    </Page>
  );
}

const keyOf = ({ record }: ComplianceRow): string => record.id;

function Records({ search, records }: { search: RecordSearch; records: ReturnType<typeof useRecords> }) {
  const rows = useMemo(() => records.data?.pages.flatMap(({ items }) => items) ?? [], [records.data]);
  const narrowed = Object.keys(search).length > 0;
  const { move } = useChosenRow(rows, keyOf);
  useShortcuts('Compliance', [
    { keys: 'j', label: 'Next change', run: () => move(1), disabled: rows.length === 0 },
    { keys: 'k', label: 'The one before', run: () => move(-1), disabled: rows.length === 0 },
  ]);
  return (
    <Panel title="Changes" flush>
      <QueryState
        query={records}
        noun="the records"
        loading={<SkeletonRows rows={8} height="h-14" />}
        isEmpty={() => rows.length === 0}
        empty={
          <Empty icon={ShieldCheck} title={narrowed ? 'No record fits' : 'Nothing has landed yet'}>
            {narrowed
              ? 'Take something away from the search.'
              : 'Each change that lands, and each pull request that is merged, gets a record here by itself.'}
          </Empty>
        }
      >
        {() => (
          <>
            <RecordTable rows={rows} />
            {records.hasNextPage && (
              <div className="border-t border-line p-3 text-center">
                <Button busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
                  Show older changes
                </Button>
              </div>
            )}
          </>
        )}
      </QueryState>
    </Panel>
  );
}
