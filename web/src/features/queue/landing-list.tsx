import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, GitMerge, Undo2 } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Digest } from '../../ui/digest.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Time } from '../../ui/time.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Pages } from './pages.tsx';
import { PlaceLine } from './place-line.tsx';
import { landingList, type Landing, type Place, type When } from './queries.ts';
import { WordBadge } from './word-badge.tsx';
import { count, rungWord, sinceLanding } from './words.ts';

/** What landed, newest first, with what became of it. */
export function LandingList({ place, when }: { place: Place; when: When }) {
  const list = usePagedList(landingList(place, when));
  return (
    <Pages
      list={list}
      noun="what landed"
      label="Landed"
      rowHeight={76}
      row={(item) => <LandingRow item={item} />}
      empty={
        <Empty icon={GitMerge} title={emptyTitle(when)}>
          What was verified and is on its branch is listed here, with the way back.
        </Empty>
      }
    />
  );
}

function emptyTitle({ day, since }: When): string {
  if (day !== undefined) return `Nothing landed here on ${day} (UTC)`;
  return since === undefined ? 'Nothing landed here yet' : `Nothing landed here since ${exactTime(since)}`;
}

function LandingRow({ item }: { item: Landing }) {
  const { may } = useSession();
  const since = sinceLanding(item);
  const rung = rungWord(item.rung);
  return (
    <article className="grid gap-x-4 gap-y-1.5 px-4 py-2.5 lg:grid-cols-[minmax(0,1fr)_9.5rem_9rem_6.5rem_6.5rem] lg:items-center">
      <div className="flex min-w-0 flex-col gap-0.5">
        <h2 className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <Link
            to="/queue/$id"
            params={{ id: item.id }}
            className="inline-block min-h-6 min-w-0 leading-6 wrap-anywhere hover:text-accent hover:underline"
          >
            <Untrusted text={item.summary} inline />
          </Link>
          {since !== null && <WordBadge word={since} />}
          {item.reverts !== null && (
            <Link
              to="/queue/$id"
              params={{ id: item.reverts }}
              className="inline-block min-h-6 text-sm leading-6 font-normal text-muted hover:underline"
            >
              undoes an earlier change
            </Link>
          )}
        </h2>
        <PlaceLine entry={item} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 lg:contents">
        <span className="min-w-0">{rung !== null && <WordBadge word={rung} />}</span>
        <Checks item={item} />
        <Digest value={item.commit} length={8} what="commit" />
        <span className="flex items-center justify-end gap-2 text-sm whitespace-nowrap text-muted">
          <Time at={item.at} />
          {may('developer') && item.event === 'landed' && since?.word !== 'Reverted' && (
            <Button asChild kind="quiet" size="small">
              <Link to="/queue/$id" params={{ id: item.id }} search={{ revert: true }} aria-label={`Revert ${item.summary}`} title="Revert…">
                <Undo2 size={14} aria-hidden />
              </Link>
            </Button>
          )}
        </span>
      </div>
    </article>
  );
}

function Checks({ item }: { item: Landing }) {
  if (item.checks.length === 0)
    return (
      <span className="inline-flex items-center gap-1 text-sm text-muted">
        <CircleDashed size={14} aria-hidden />
        {item.verified_tree === null ? 'Verified with others' : 'No checks'}
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1 text-sm text-muted" title={item.checks.map(({ name }) => name).join(', ')}>
      <CircleCheck size={14} className="text-good" aria-hidden />
      {count(item.checks.length, 'check')} passed
    </span>
  );
}
