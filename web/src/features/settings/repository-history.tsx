import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { DialogPart } from './dialog-part.tsx';
import { countsOf, nameOfPart, partAt, shareOf, sinceOf, STATES, whyNoHistory } from './history-words.ts';
import { backfillQuery, type Backfill, type Repository } from './queries.ts';
import { useSave } from './use-save.ts';

/** What happened in a repository before Reeve heard of it: read once, page by page. */
export function RepositoryHistory({ repository }: { repository: Repository }) {
  return (
    <DialogPart title="History" about="What happened there before Reeve heard of it. Reading it starts nothing.">
      {repository.forge === 'github' ? <History repository={repository} /> : <p className="text-sm text-muted">{whyNoHistory(repository)}</p>}
    </DialogPart>
  );
}

function History({ repository }: { repository: Repository }) {
  const query = useQuery(backfillQuery(repository.id));
  const why = whyNoHistory(repository);
  return (
    <QueryState query={query} noun="the history">
      {(last) => (
        <>
          {last === null ? <p className="text-sm">It was never read.</p> : <Progress last={last} />}
          {why !== null && <p className="text-sm text-muted">{why}</p>}
          <Controls id={repository.id} last={last} refused={why !== null} />
        </>
      )}
    </QueryState>
  );
}

function Progress({ last }: { last: Backfill }) {
  const { state, since, problem, waits_until: until, updated_at: updated } = last;
  const at = partAt(last);
  const notes = last.parts.filter(({ note }) => note !== null);
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={STATES[state].tone}>{STATES[state].words}</Badge>
        <span className="tnum">{countsOf(last)}</span>
        <span className="text-muted">
          <Time at={updated} />
          {since !== null && `, since ${since.slice(0, 10)}`}
        </span>
      </p>
      {state !== 'done' && (
        <>
          <ProgressBar share={shareOf(last)} label="Parts of the history that are read" tone={state === 'failed' ? 'bad' : 'accent'} />
          {at !== null && <p className="text-muted">{state === 'running' ? `Reading ${at}.` : `It goes on with ${at}.`}</p>}
        </>
      )}
      {until !== null && (
        <p>
          GitHub asks to be left alone. It goes on <Time at={until} />.
        </p>
      )}
      {problem !== null && (
        <p className="text-bad wrap-anywhere">
          <Untrusted inline text={problem} />
        </p>
      )}
      {notes.length > 0 && (
        <ul aria-label="What could not be read" className="flex flex-col gap-1 text-warn">
          {notes.map(({ part, note }) => (
            <li key={part} className="wrap-anywhere">
              Not read: {nameOfPart(part)}. <Untrusted inline text={note ?? ''} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** `refused`: the server would not begin or go on. */
function Controls({ id, last, refused }: { id: string; last: Backfill | null; refused: boolean }) {
  const { may } = useSession();
  const [day, setDay] = useState('');
  const path = { params: { path: { id } } };
  const start = useSave({
    write: (since: string | null) => read(api.POST('/v1/repositories/{id}/backfill', { ...path, body: { since } })),
    fields: ['since'],
    renews: ['repositories'],
  });
  const pause = useSave({ write: () => read(api.POST('/v1/repositories/{id}/backfill/pause', path)), renews: ['repositories'] });
  const resume = useSave({ write: () => read(api.POST('/v1/repositories/{id}/backfill/resume', path)), renews: ['repositories'] });
  if (!may('manager')) return null;
  const problem = start.rest ?? pause.rest ?? resume.rest;
  const mayBegin = last === null || last.state === 'done' || last.state === 'failed';
  return (
    <>
      {last?.state === 'running' && (
        <div>
          <Button busy={pause.busy} onClick={() => void pause.run(undefined)}>
            Pause
          </Button>
        </div>
      )}
      {(last?.state === 'paused' || last?.state === 'failed') && (
        <div>
          <Button kind="primary" busy={resume.busy} disabled={refused} onClick={() => void resume.run(undefined)}>
            {last.state === 'failed' ? 'Try again' : 'Go on'}
          </Button>
        </div>
      )}
      {mayBegin && (
        <form
          aria-label="Read the history"
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void start.run(sinceOf(day));
          }}
        >
          <Field label="Leave out what was last changed before" hint="Optional; a day, UTC." error={start.errorAt('since')}>
            <TextInput type="date" className="w-44" value={day} disabled={refused} onChange={(event) => setDay(event.target.value)} />
          </Field>
          <Button type="submit" busy={start.busy} disabled={refused}>
            {last === null ? 'Read the history' : 'Begin anew'}
          </Button>
        </form>
      )}
      {problem !== null && <ProblemNote error={problem} />}
    </>
  );
}
