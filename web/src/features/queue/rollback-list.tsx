import { Link } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { Empty } from '../../ui/empty.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Pages } from './pages.tsx';
import { rollbackList, type Place, type RollbackItem } from './queries.ts';
import { EntryLink } from './sentence.tsx';
import { shortRepo } from './target-board.tsx';
import { WordBadge } from './word-badge.tsx';
import { actorWord, count, outcomeWord } from './words.ts';

/** What people undid or put back, with what became of it. */
export function RollbackList({ place }: { place: Place }) {
  const list = usePagedList(rollbackList(place));
  return (
    <Pages
      list={list}
      noun="what was undone"
      label="Undone"
      rowHeight={84}
      row={(item) => <RollbackRow item={item} />}
      empty={
        <Empty icon={Undo2} title="Nothing was undone">
          Reverting something that landed is a change of its own: it is shown here until it has landed too.
        </Empty>
      }
    />
  );
}

function RollbackRow({ item }: { item: RollbackItem }) {
  return (
    <article className="flex flex-col gap-1 px-4 py-3">
      <h2 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
        {item.kind === 'rollback' ? 'Revert of' : 'Landing again of'} {count(item.change_requests.length, 'change')} on{' '}
        <span className="font-mono text-sm wrap-anywhere">
          <Untrusted text={item.target} inline />
        </span>
        <WordBadge word={outcomeWord(item.outcome)} />
      </h2>
      {item.reason !== '' && (
        <p className="text-sm">
          “<Untrusted text={item.reason} inline />”
        </p>
      )}
      <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted">
        {item.repo !== null && <span className="font-mono text-xs">{shortRepo(item.repo)}</span>}
        <Untrusted text={actorWord(item.requested_by)} inline />
        <Time at={item.created_at} />
        <span className="flex flex-wrap gap-x-2">
          {item.change_requests.slice(0, 5).map((id, at, all) => (
            <EntryLink key={id} id={id} title={all.length === 1 ? 'the change in question' : `change ${at + 1}`} />
          ))}
        </span>
        {item.change_request_id !== null && <EntryLink id={item.change_request_id} title="the change that does it" />}
        {item.action_id !== null && (
          <Link to="/approvals/$id" params={{ id: item.action_id }} className="inline-block min-h-6 leading-6 text-accent hover:underline">
            {item.outcome === 'awaiting_approval' ? 'open its approval' : 'its approval'}
          </Link>
        )}
      </p>
      {item.detail !== null && <Untrusted text={item.detail} className="text-sm text-muted" />}
    </article>
  );
}
