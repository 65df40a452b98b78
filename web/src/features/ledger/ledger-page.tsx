import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { EntryList } from './entry-list.tsx';
import { ExportMenu } from './export-menu.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Integrity } from './integrity.tsx';
import { useLedgerState } from './queries.ts';
import { VerifyButton, VerificationLine } from './verification.tsx';

const route = getRouteApi('/shell/ledger');

/** The record of everything that happened: its entries, and what shows that none of them was changed. */
export function LedgerPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = useLedgerState();
  return (
    <Page
      title="Ledger"
      wide
      about={
        state.data === undefined ? (
          state.isPending && <Skeleton className="h-5 w-48" />
        ) : (
          <>
            <span className="tnum">{state.data.entries.toLocaleString('en')} entries</span>
            <VerificationLine verification={state.data.verification} />
          </>
        )
      }
      actions={
        <>
          <ExportMenu />
          <VerifyButton running={state.data?.verification?.state === 'running'} />
        </>
      }
    >
      <Tabs
        label="Views of the ledger"
        value={search.tab ?? 'entries'}
        onValueChange={(tab) => void navigate({ search: (before) => ({ ...before, tab: tab === 'integrity' ? tab : undefined }) })}
        tabs={[
          {
            value: 'entries',
            label: 'Entries',
            content: (
              <div className="flex flex-col gap-3">
                <FilterBar search={search} state={state.data} />
                <EntryList search={search} />
              </div>
            ),
          },
          { value: 'integrity', label: 'Integrity', content: <Integrity /> },
        ]}
      />
    </Page>
  );
}
