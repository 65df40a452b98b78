import { Link } from '@tanstack/react-router';
import { Clock, Hand } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { layoutBoard, type BoardEntry, type BoardTarget } from './board.ts';
import { EntryLine, LandingCard, LaneCard } from './lane-card.tsx';
import { firstLine, Sentence, type Titles } from './sentence.tsx';
import { TargetControls } from './target-controls.tsx';
import { actorWord, count } from './words.ts';

/** One branch: its lanes side by side, and below what waits, in its order and with the reason. */
export function TargetBoard({ target }: { target: BoardTarget }) {
  const board = layoutBoard(target);
  const titles: Titles = new Map(target.entries.map(({ id, summary }) => [id, firstLine(summary)]));
  const busy = board.together !== null || board.landing.length > 0 || board.lanes.some(({ state }) => state !== 'free');
  return (
    <Panel title={<BranchName target={target} />} aside={<Aside target={target} />}>
      {target.control !== 'running' && <Stopped target={target} />}
      {(busy || board.waiting.length > 0) && (
        <ol aria-label="Lanes" className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-3">
          {board.together !== null && <LaneCard lane={board.together} verifyMs={target.verify_ms} title="All lanes together" />}
          {board.lanes.map((lane) => (
            <LaneCard key={lane.number} lane={lane} verifyMs={target.verify_ms} title={`Lane ${lane.number}`} />
          ))}
          {board.landing.length > 0 && <LandingCard entries={board.landing} held={target.control === 'paused'} />}
        </ol>
      )}
      {board.waiting.length > 0 ? (
        <>
          <h3 className="mt-5 mb-1 text-sm font-medium text-muted">Waiting, in this order</h3>
          <ol className="-mx-4 divide-y divide-line border-t border-line">
            {board.waiting.map(({ position, entry }) => (
              <WaitingRow key={entry.id} position={position} entry={entry} titles={titles} />
            ))}
          </ol>
        </>
      ) : (
        <p className="mt-3 text-sm text-muted first:mt-0">{busy ? 'Nothing else waits.' : 'Nothing waits.'}</p>
      )}
      {target.total > target.entries.length && (
        <p className="mt-3 text-sm text-muted">And {count(target.total - target.entries.length, 'more change', 'more changes')} behind these.</p>
      )}
    </Panel>
  );
}

export function BranchName({ target }: { target: { repo: string | null; target: string } }) {
  return (
    <span className="wrap-anywhere">
      <Untrusted text={target.target} inline className="font-mono" />
      {target.repo !== null && (
        <span className="ml-2 text-sm font-normal text-muted">
          <Untrusted text={shortRepo(target.repo)} inline />
        </span>
      )}
    </span>
  );
}

/** A repository of a folder is known by its path: its end says which. */
export const shortRepo = (repo: string): string => (repo.startsWith('/') ? repo.split('/').slice(-2).join('/') : repo);

function Aside({ target }: { target: BoardTarget }) {
  const queued = target.entries.filter(({ state }) => state === 'queued').length;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
      <span className="tnum whitespace-nowrap">{target.total === 0 ? 'empty' : `${target.total - queued} under way, ${queued} waiting`}</span>
      {target.control !== 'running' && <StateBadge state={target.control} />}
      <Link
        to="/queue"
        search={{ view: 'landed', target: target.target, repo: target.repository_id }}
        className="inline-flex min-h-6 items-center px-1 text-accent hover:underline"
        aria-label={`What landed on ${target.target}`}
      >
        Landed
      </Link>
      <TargetControls target={target} />
    </div>
  );
}

function Stopped({ target }: { target: BoardTarget }) {
  const who = target.control_by === null ? 'Somebody' : actorWord(target.control_by);
  return (
    <div className="mb-4 flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <Hand size={16} className="mt-0.5 shrink-0" aria-hidden />
      <p className="min-w-0 wrap-anywhere">
        {target.control === 'paused' ? 'Nothing lands here: ' : 'What was begun lands, then it is paused: '}
        <Untrusted text={who} inline /> {target.control === 'paused' ? 'paused' : 'is draining'} it <Time at={target.control_at} />
        {target.control_reason !== null && target.control_reason !== '' && (
          <>
            {' '}
            – “<Untrusted text={target.control_reason} inline />”
          </>
        )}
      </p>
    </div>
  );
}

function WaitingRow({ position, entry, titles }: { position: number; entry: BoardEntry; titles: Titles }) {
  const stuck = (entry.wait?.stuck.length ?? 0) > 0;
  return (
    <li className="grid grid-cols-[1.75rem_1fr] items-start gap-x-2 gap-y-1 px-4 py-2.5 md:grid-cols-[1.75rem_minmax(0,1fr)_minmax(0,1.2fr)_7rem]">
      <span className="tnum pt-px text-right text-sm text-faint" aria-label={`Position ${position}`}>
        {position}
      </span>
      <EntryLine entry={entry} />
      <p className={`col-start-2 min-w-0 text-sm wrap-anywhere md:col-start-3 ${stuck ? 'text-warn' : 'text-muted'}`}>
        {entry.wait === null ? 'Waits for its turn.' : <Sentence text={entry.wait.sentence} titles={titles} />}
        {entry.retries > 0 && <span> Tried {count(entry.retries, 'time')} before.</span>}
      </p>
      <p className="col-start-2 text-sm whitespace-nowrap text-muted md:col-start-4 md:text-right">
        {entry.wait !== null && entry.wait.expected_at !== null && (
          <span className="inline-flex items-center gap-1">
            <Clock size={12} aria-hidden />
            <span className="sr-only">Expected to land</span>
            <Time at={entry.wait.expected_at} />
          </span>
        )}
      </p>
    </li>
  );
}
