import { useState } from 'react';
import { Outlet, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useShortcuts } from '../../app/keyboard.ts';
import { cn } from '../../ui/class-names.ts';
import { Page } from '../../ui/page.tsx';
import { BatchBar } from './batch-bar.tsx';
import { EmergencyList } from './emergency-list.tsx';
import { InboxContext, type Deed, type Inbox } from './inbox-context.ts';
import { InboxFilters } from './inbox-filters.tsx';
import { InboxList } from './inbox-list.tsx';
import { InboxTabs } from './inbox-tabs.tsx';
import { useInbox } from './queries.ts';
import { NOTHING, stillWaiting, toggled, type Selection } from './selection.ts';

/** Emergencies are looked at: they are decided nowhere here. */
const NO_ITEMS: Inbox['items'] = [];

/** The inbox: what waits on the left, the one that is looked at on the right; on narrow screens one after the other. */
export function ApprovalsPage() {
  const search = useSearch({ from: '/shell/approvals' });
  const { id: open = null } = useParams({ strict: false });
  const navigate = useNavigate({ from: '/approvals' });
  const router = useRouter();
  const list = useInbox(search);
  const isEmergencies = search.show === 'emergencies';
  const items = isEmergencies ? NO_ITEMS : list.rows;
  const [chosen, choose] = useState<Selection>(NOTHING);
  const [deed, tell] = useState<Deed | null>(null);
  const selection = stillWaiting(chosen, items);
  const at = items.findIndex((item) => item.id === open);

  /** From where the address is by now: a second press may come before the page of the first one is drawn. */
  function step(by: 1 | -1): void {
    const { pathname } = router.latestLocation;
    const now = items.findIndex((item) => pathname.endsWith(`/${item.id}`));
    go(now < 0 ? 0 : Math.min(Math.max(now + by, 0), items.length - 1));
  }
  function go(index: number): void {
    const item = items[index];
    if (item === undefined) return;
    tell({ id: item.id, by: 'step' });
    void navigate({ to: '/approvals/$id', params: { id: item.id }, search: true, replace: open !== null });
  }
  const inbox: Inbox = {
    items,
    selection,
    choose,
    deed,
    tell,
    goOn(from) {
      const index = items.findIndex((item) => item.id === from);
      const next = items[index + 1] ?? items[index - 1];
      if (index < 0 || next === undefined) return false;
      tell({ id: next.id, by: 'step' });
      void navigate({ to: '/approvals/$id', params: { id: next.id }, search: true, replace: true });
      return true;
    },
  };
  useShortcuts('Approvals', [
    { keys: 'j', label: 'Next in the list', run: () => step(1), disabled: items.length === 0 },
    { keys: 'k', label: 'The one before', run: () => step(-1), disabled: items.length === 0 },
    { keys: 'x', label: 'Choose for deciding together', run: () => toggle(at), disabled: at < 0 || items[at]?.you?.may_decide !== true },
    { keys: 'Escape', label: 'Choose nothing', run: () => choose(NOTHING), disabled: selection.items.length === 0 },
  ]);
  function toggle(index: number): void {
    const item = items[index];
    if (item !== undefined) choose(toggled(selection, item));
  }

  return (
    <InboxContext value={inbox}>
      <Page title="Approvals" wide>
        <div className="grid gap-4 lg:h-[calc(100dvh-6.5rem)] lg:grid-cols-[minmax(19rem,24rem)_minmax(0,1fr)]">
          <section aria-label="Inbox" className={cn('flex min-h-0 min-w-0 flex-col gap-3', open !== null && 'max-lg:hidden')}>
            <InboxTabs show={search.show} />
            {isEmergencies ? (
              <EmergencyList open={open} />
            ) : (
              <>
                <InboxFilters search={search} />
                <InboxList list={list} open={open} show={search.show} />
                <BatchBar />
              </>
            )}
          </section>
          <section aria-label="The approval" className={cn('min-h-0 min-w-0 lg:overflow-y-auto', open === null && 'max-lg:hidden')}>
            <Outlet />
          </section>
        </div>
      </Page>
    </InboxContext>
  );
}
