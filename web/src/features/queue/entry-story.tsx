import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { EntryDetail } from './queries.ts';
import { EntryLink } from './sentence.tsx';
import { mergeNotes, plainDetail, timelineWord } from './story.ts';
import { actorWord, count, outcomeWord, rungWord } from './words.ts';

/** From the request to the commit: why it exists, who stands for it, how it was merged, and every step. */
export function EntryStory({ entry }: { entry: EntryDetail }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1.5fr)_minmax(18rem,1fr)]">
      <Timeline entry={entry} />
      <div className="flex min-w-0 flex-col gap-4">
        <Origin entry={entry} />
        <Merged entry={entry} />
        {entry.rollbacks.length > 0 && <Undone entry={entry} />}
        {entry.notes.length > 0 && (
          <Panel title="Notes for the submitter">
            <ul className="list-disc space-y-1 pl-4 text-sm">
              {entry.notes.map((note) => (
                <li key={note}>
                  <Untrusted text={note} />
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </div>
  );
}

function Timeline({ entry }: { entry: EntryDetail }) {
  return (
    <Panel title="What happened">
      <ol className="relative ml-1.5 flex flex-col gap-4 border-l border-line pl-5">
        {entry.timeline.map((row, at) => {
          const { word, tone } = timelineWord(row.event);
          return (
            <li key={at} className="relative">
              <span aria-hidden className={`absolute top-1.5 -left-[1.6rem] size-2.5 rounded-full border-2 border-surface ${DOTS[tone]}`} />
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{word}</span>
                <span className="text-sm text-muted">
                  <Untrusted text={actorWord(row.actor)} inline />, <Time at={row.at} />
                </span>
              </p>
              {row.detail !== '' && <Untrusted text={plainDetail(row.detail)} className="text-sm text-muted" />}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

const DOTS = { neutral: 'bg-line-strong', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad', info: 'bg-info', accent: 'bg-accent' } as const;

function Origin({ entry }: { entry: EntryDetail }) {
  const { why, who } = entry.account;
  const rows: Array<readonly [string, ReactNode]> = [
    [
      'Issue',
      why.issue === null ? undefined : (
        <Link key="issue" to="/work/$id" params={{ id: why.issue.id }} className="text-accent hover:underline">
          {why.issue.number !== null && `#${why.issue.number} `}
          <Untrusted text={why.issue.title} inline />
        </Link>
      ),
    ],
    ['Task', why.task === null ? undefined : <Untrusted key="task" text={why.task.title} inline />],
    ['Made by', <Untrusted key="author" text={who.agent ?? actorWord(who.submitted_by)} inline />],
    ['Approved by', who.approved_by.length === 0 ? undefined : who.approved_by.map(actorWord).join(', ')],
    ['Conflict decided by', who.resolved_by === null ? undefined : actorWord(who.resolved_by)],
    ['Depends on', why.depends_on.length === 0 ? undefined : <Several key="needs" ids={why.depends_on} />],
    ['Undoes', why.reverts === null ? undefined : <EntryLink key="undoes" id={why.reverts} />],
    ['Undone by', entry.account.rolled_back_by.length === 0 ? undefined : <Several key="undone" ids={entry.account.rolled_back_by} />],
    ['Risk', entry.risk],
    ['Made on', <Digest key="base" value={entry.base} what="base commit" />],
  ];
  return (
    <Panel title="Where it comes from">
      <Facts rows={rows} />
    </Panel>
  );
}

function Several({ ids }: { ids: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {ids.map((id) => (id.startsWith('cr_') ? <EntryLink key={id} id={id} /> : <span key={id}>{id}</span>))}
    </span>
  );
}

function Merged({ entry }: { entry: EntryDetail }) {
  const rung = rungWord(entry.rung);
  const landed = entry.account.landed;
  const notes = mergeNotes(entry.journal);
  if (rung === null && landed === null) return null;
  return (
    <Panel title="How it was merged">
      {rung !== null && (
        <p className="mb-3 text-sm">
          <span className="font-medium">{rung.word}.</span> <span className="text-muted">{rung.about}</span>
        </p>
      )}
      {notes.length > 0 && (
        <ul className="mb-3 flex flex-col gap-1 text-sm">
          {notes.map(({ path, how }) => (
            <li key={`${path} ${how}`} className="min-w-0 wrap-anywhere">
              <span className="font-mono text-xs">
                <Untrusted text={path} inline />
              </span>{' '}
              <span className="text-muted">{how}</span>
            </li>
          ))}
        </ul>
      )}
      <Facts
        rows={[
          ['Commit', landed === null ? undefined : <Digest key="commit" value={landed.commit} what="commit" />],
          ['Tree', landed === null ? undefined : <Digest key="tree" value={landed.tree} what="tree" />],
          ['Landed', landed === null ? undefined : <Time key="at" at={landed.at} />],
          ['From submission', landed === null ? undefined : duration(landed.seconds * 1000)],
          ['Tried again', entry.retries === 0 ? undefined : count(entry.retries, 'time')],
        ]}
      />
    </Panel>
  );
}

function Undone({ entry }: { entry: EntryDetail }) {
  return (
    <Panel title="Undone and put back">
      <ul className="flex flex-col gap-2 text-sm">
        {entry.rollbacks.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-2">
            <span>{one.kind === 'rollback' ? 'Revert' : 'Landing again'}:</span>
            <span className="text-muted">
              {outcomeWord(one.state === 'waiting' ? 'awaiting_approval' : one.state === 'given_up' ? 'not_done' : 'under_way').word.toLowerCase()}
            </span>
            {one.change_request_id !== null && one.change_request_id !== entry.id && <EntryLink id={one.change_request_id} title="its change" />}
            {one.action_id !== null && (
              <Link to="/approvals/$id" params={{ id: one.action_id }} className="text-accent hover:underline">
                its approval
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
