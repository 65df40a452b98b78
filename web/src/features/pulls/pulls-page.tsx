import { useEffect, useRef, useState } from 'react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Filter, GitPullRequest } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { useShortcuts } from '../../app/keyboard.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { useChosenRow } from '../../ui/use-chosen-row.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { PullRow } from './pull-row.tsx';
import { WAITS_WORDS } from './pull-words.ts';
import { pullList, type Pull, type PullsSearch } from './queries.ts';
import { ReviewersView } from './reviewers-view.tsx';

const route = getRouteApi('/shell/pulls');

/** Typing waits so long for the next letter before it is looked for. */
const TYPING_MS = 250;

/** Pull requests of agents and of people with who is waited for, and beside them what waits for each reviewer. */
export function PullsPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title="Pull requests" about="Of agents and of people: checks, reviews, and who is waited for." wide>
      <Tabs
        label="Views"
        value={search.view ?? 'list'}
        onValueChange={(view) => void navigate({ to: '/pulls', search: view === 'reviewers' ? { view } : {} })}
        tabs={[
          { value: 'list', label: 'Pull requests', content: <PullList search={search} /> },
          { value: 'reviewers', label: 'Reviewers', content: <ReviewersView /> },
        ]}
      />
    </Page>
  );
}

function PullList({ search }: { search: PullsSearch }) {
  return (
    <>
      <Filters search={search} />
      <div className="overflow-clip rounded-lg border border-line bg-surface shadow-panel">
        <Rows key={JSON.stringify(search)} search={search} />
      </div>
    </>
  );
}

function Rows({ search }: { search: PullsSearch }) {
  const { query, rows: pulls, keyOf, onView, onEnd, problem } = usePagedList(pullList(search));
  const { selected: at, select, move } = useChosenRow(pulls, keyOf);
  const navigate = useNavigate();
  useShortcuts('Pull requests', [
    { keys: 'j', label: 'Next pull request', run: () => move(1), disabled: pulls.length === 0 },
    { keys: 'k', label: 'Pull request before', run: () => move(-1), disabled: pulls.length === 0 },
  ]);
  return (
    <QueryState
      query={query}
      noun="the pull requests"
      loading={<SkeletonRows rows={8} height="h-17" />}
      isEmpty={() => pulls.length === 0}
      empty={<NoPulls search={search} />}
    >
      {() => (
        <>
          <VirtualList<Pull>
            items={pulls}
            keyOf={keyOf}
            rowHeight={70}
            label="Pull requests, newest first"
            selected={at}
            onSelect={select}
            onOpen={({ id }) => void navigate({ to: '/pulls/$id', params: { id } })}
            row={(pull, { index, selected }) => (
              <div data-row={index} className={selected ? 'bg-accent-soft' : undefined}>
                <PullRow pull={pull} />
              </div>
            )}
            onView={onView}
            {...(query.hasNextPage ? { onEnd } : {})}
          />
          <ListEnd problem={problem} />
        </>
      )}
    </QueryState>
  );
}

function NoPulls({ search: { author, waits, on, q, state } }: { search: PullsSearch }) {
  const navigate = useNavigate();
  if ([author, waits, on, q, state].some((filter) => filter !== undefined))
    return (
      <Empty
        icon={Filter}
        title="No pull request fits"
        action={<Button onClick={() => void navigate({ to: '/pulls', search: {} })}>Show what is open</Button>}
      >
        Nothing fits these filters.
      </Empty>
    );
  return (
    <Empty icon={GitPullRequest} title="No pull request is open">
      Agents open one when the work on an issue is built and checked. Those of people appear as their forge tells of them.
    </Empty>
  );
}

function Filters({ search }: { search: PullsSearch }) {
  const navigate = useNavigate();
  const { me } = useSession();
  const handle = me.subject.startsWith('person:') ? me.subject.slice('person:'.length) : null;
  const set = (change: Partial<PullsSearch>): void => void navigate({ to: '/pulls', search: { ...search, ...change }, replace: true });
  const chosen = <T extends string>(value: string): T | undefined => (value === '' ? undefined : (value as T));
  return (
    <div role="group" aria-label="Filters" className="mb-4 flex flex-wrap gap-2">
      <SearchField value={search.q ?? ''} onChange={(q) => set({ q: chosen(q) })} />
      <Select
        aria-label="State"
        className="w-auto"
        value={search.state ?? 'open'}
        onChange={({ target }) => set({ state: target.value === 'open' ? undefined : chosen(target.value) })}
      >
        <option value="open">Open</option>
        <option value="merged">Merged</option>
        <option value="closed">Closed</option>
        <option value="all">All</option>
      </Select>
      <Select aria-label="Author" className="w-auto" value={search.author ?? ''} onChange={({ target }) => set({ author: chosen(target.value) })}>
        <option value="">Any author</option>
        <option value="agent">Agents</option>
        <option value="person">People</option>
      </Select>
      <Select aria-label="Waits for" className="w-auto" value={search.waits ?? ''} onChange={({ target }) => set({ waits: chosen(target.value) })}>
        <option value="">Waits for anything</option>
        {Object.entries(WAITS_WORDS)
          .filter(([value]) => value !== 'nobody')
          .map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
      </Select>
      {handle !== null && (
        <Button
          aria-pressed={search.on === handle}
          kind={search.on === handle ? 'primary' : 'plain'}
          onClick={() => set({ on: search.on === handle ? undefined : handle })}
        >
          Waits for me
        </Button>
      )}
    </div>
  );
}

function SearchField({ value, onChange }: { value: string; onChange(q: string): void }) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Set from elsewhere (filters taken away, the way back): the field follows.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    const typed = text.trim();
    if (typed === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = typed;
      onChange(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <TextInput
      aria-label="Search title, branch or number"
      placeholder="Search title, branch or number"
      className="w-full sm:w-64"
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
