import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tabs, type Tab } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { ChangeView } from './change-view.tsx';
import { EntryActions } from './entry-actions.tsx';
import { EntryChecks } from './entry-checks.tsx';
import { EntryStanding } from './entry-standing.tsx';
import { EntryStory } from './entry-story.tsx';
import { conflictQuery, diffQuery, entryQuery, type EntryDetail } from './queries.ts';
import { Resolver } from './resolver.tsx';
import { RevertDialog } from './revert-dialog.tsx';
import { ENTRY_VIEWS } from './views.ts';
import { firstLine } from './sentence.tsx';
import { shortRepo } from './target-board.tsx';
import { wasInConflict } from './may-do.ts';
import { actorWord, attemptWord } from './words.ts';

const route = getRouteApi('/shell/queue/$id');

/** One change request: what it is, where it stands, and what can be done about it. */
export function ChangeRequestPage() {
  const { id } = route.useParams();
  const query = useQuery(entryQuery(id));
  if (query.data === undefined)
    return (
      <Page title="Change request" trail={<Trail />}>
        <QueryState query={query} noun="this change request" loading={<Holding />}>
          {() => null}
        </QueryState>
      </Page>
    );
  return <EntryPage key={id} entry={query.data} error={query.error} />;
}

function EntryPage({ entry, error }: { entry: EntryDetail; error: unknown }) {
  const { view = 'story', revert = false } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = tabsOf(entry);
  const title = firstLine(entry.summary);
  return (
    <Page
      wide
      tab={title}
      title={<Untrusted text={title} inline />}
      trail={<Trail entry={entry} />}
      about={<About entry={entry} />}
      actions={<EntryActions entry={entry} deciding={view === 'conflict'} />}
    >
      {error !== null && <ProblemNote error={error} className="mb-4" />}
      <EntryStanding entry={entry} />
      <Tabs
        label="Views of this change request"
        tabs={tabs}
        value={tabs.some((tab) => tab.value === view) ? view : 'story'}
        onValueChange={(next) => void navigate({ search: { view: ENTRY_VIEWS.find((one) => one === next) ?? 'story' }, resetScroll: false })}
      />
      <RevertDialog
        id={entry.id}
        open={revert}
        onOpenChange={(open) => !open && void navigate({ search: { view }, resetScroll: false, ignoreBlocker: true })}
      />
    </Page>
  );
}

function tabsOf(entry: EntryDetail): Tab[] {
  return [
    { value: 'story', label: 'Story', content: <EntryStory entry={entry} /> },
    ...(wasInConflict(entry) ? [{ value: 'conflict', label: 'Conflict', content: <ConflictTab id={entry.id} /> }] : []),
    { value: 'changes', label: 'Changes', content: <ChangesTab id={entry.id} /> },
    { value: 'checks', label: 'Checks', content: <EntryChecks entry={entry} /> },
    { value: 'document', label: 'Document', content: <DocumentTab entry={entry} /> },
  ];
}

function Trail({ entry }: { entry?: EntryDetail }) {
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      <Link to="/queue" className="inline-flex min-h-6 items-center hover:text-ink hover:underline">
        Merge queue
      </Link>
      {entry !== undefined && (
        <>
          <span aria-hidden>/</span>
          <Link
            to="/queue"
            search={{ view: 'board', target: entry.target, repo: entry.repository_id }}
            className="inline-flex min-h-6 items-center font-mono text-xs wrap-anywhere hover:text-ink hover:underline"
          >
            <Untrusted text={`${shortRepo(entry.repo)} · ${entry.target}`} inline />
          </Link>
        </>
      )}
    </span>
  );
}

function About({ entry }: { entry: EntryDetail }) {
  return (
    <>
      <StateBadge state={entry.state} />
      {entry.risk === 'high' && <Badge tone="warn">high risk</Badge>}
      <span>
        {attemptWord(entry)} by <Untrusted text={entry.account.who.agent ?? actorWord(entry.submitted_by)} inline />
      </span>
      <span>
        submitted <Time at={entry.submitted_at} />
      </span>
      <span className="inline-flex items-center font-mono text-xs">
        {entry.id}
        <CopyButton text={entry.id} what="id" />
      </span>
    </>
  );
}

function ConflictTab({ id }: { id: string }) {
  const query = useQuery(conflictQuery(id));
  return (
    <QueryState query={query} noun="the conflict" loading={<Holding />}>
      {(conflict) => <Resolver key={`${conflict.id} ${conflict.head}`} conflict={conflict} />}
    </QueryState>
  );
}

function ChangesTab({ id }: { id: string }) {
  const query = useQuery(diffQuery(id));
  return (
    <QueryState query={query} noun="the changes" loading={<Holding />}>
      {(diff) => <ChangeView diff={diff} nothing="No file is changed" />}
    </QueryState>
  );
}

function DocumentTab({ entry }: { entry: EntryDetail }): ReactNode {
  const text = JSON.stringify(entry.document, null, 2);
  return (
    <div className="rounded-lg border border-line bg-surface shadow-panel">
      <div className="flex items-center justify-between gap-2 border-b border-line px-4 py-2 text-sm text-muted">
        <span>As it was submitted; it never changes.</span>
        <CopyButton text={text} what="document" />
      </div>
      <pre tabIndex={0} aria-label="Document" className="max-h-[75vh] overflow-auto p-4 font-mono text-xs leading-5">
        <Untrusted text={text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n…` : text} />
      </pre>
      {text.length > MOST_SHOWN && (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">Only the beginning is shown; the copy has all of it.</p>
      )}
    </div>
  );
}

const MOST_SHOWN = 200_000;

function Holding() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3">
      <Skeleton className="h-9 w-72" />
      <Skeleton className="h-64" />
    </div>
  );
}
