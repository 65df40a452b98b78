import { useState, type FormEvent } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check, Circle, ExternalLink, Loader, Send, X, type LucideIcon } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Select, TextArea } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useRepositories, useRequest, useSample } from './queries.ts';
import { endWords, hasLanded, wayOf, type WayStop } from './sample-way.ts';

const SUGGESTION = 'Add a file NOTES.md that says in a few sentences what this repository is for and how its tests are run.';

/** A first request, and then its way until it has landed. */
export function SampleStep({ sample }: { sample: string | null }) {
  return sample === null ? <Ask /> : <Way id={sample} />;
}

function Ask() {
  const repositories = useRepositories();
  const navigate = useNavigate();
  const request = useRequest();
  const [text, setText] = useState(SUGGESTION);
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <QueryState query={repositories} noun="the repositories">
      {({ items }) => {
        const usable = items.filter(({ allowlisted }) => allowlisted);
        const repository = picked ?? usable.at(-1)?.id ?? '';
        function submit(event: FormEvent): void {
          event.preventDefault();
          request.mutate(
            { text: text.trim(), repository_id: repository },
            { onSuccess: (started) => void navigate({ to: '/welcome', search: { sample: started.issue_id } }) },
          );
        }
        return (
          <form onSubmit={submit} className="flex flex-col gap-4">
            {usable.length > 1 && (
              <Field label="Repository">
                <Select value={repository} onChange={(event) => setPicked(event.target.value)}>
                  {usable.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </Select>
              </Field>
            )}
            <Field
              label="What should change"
              hint="Say it as to a colleague. The work lands on a branch of its own; what you have checked out stays as it is."
            >
              <TextArea rows={4} value={text} onChange={(event) => setText(event.target.value)} />
            </Field>
            {request.error !== null && <ProblemNote error={request.error} />}
            <div>
              <Button
                type="submit"
                kind="primary"
                busy={request.isPending}
                disabled={repository === '' || text.trim() === ''}
                icon={<Send size={15} aria-hidden />}
              >
                Start
              </Button>
            </div>
            {repository === '' && <p className="text-sm text-muted">Take a repository first.</p>}
          </form>
        );
      }}
    </QueryState>
  );
}

const LOOKS: Readonly<Record<WayStop['state'], readonly [icon: LucideIcon, colour: string, word: string]>> = {
  done: [Check, 'text-good', 'Done'],
  now: [Loader, 'text-info', 'Now'],
  later: [Circle, 'text-faint', 'Later'],
  failed: [X, 'text-bad', 'Ended here'],
  never: [Circle, 'text-faint', 'Not reached'],
};

function Way({ id }: { id: string }) {
  const query = useSample(id);
  return (
    <QueryState query={query} noun="the request">
      {({ issue, story, approvals, seen }) => (
        <>
          <Untrusted text={issue.title} className="rounded-md bg-sunken px-3 py-2" />
          <ol aria-label="The way of the request" aria-live="polite" className="flex flex-col gap-2">
            {wayOf(issue.state, story.ended_as, seen).map((stop) => (
              <Stop key={stop.name} stop={stop} />
            ))}
          </ol>
          {approvals.map((approval) => (
            <div
              key={approval.id}
              role="status"
              className="flex flex-wrap items-center justify-between gap-3 rounded-md bg-warn-soft px-3 py-2 text-warn"
            >
              <span>{approval.kind === 'plan.approve' ? 'The plan waits for your yes.' : 'An action waits for your decision.'}</span>
              <Button asChild kind="primary" size="small">
                {/* Beside this page, which goes on by itself once it is decided. */}
                <Link to="/approvals/$id" params={{ id: approval.id }} target="_blank">
                  <ExternalLink size={14} aria-hidden />
                  Look at it<span className="sr-only"> (in a tab of its own)</span>
                </Link>
              </Button>
            </div>
          ))}
          {story.ended_as !== null && (
            <div>
              <p className={cn('font-medium', !hasLanded(issue.state, story.ended_as) && 'text-bad')}>{endWords(story.ended_as)}</p>
              {story.detail !== null && <Untrusted text={story.detail} className="text-sm text-muted" />}
            </div>
          )}
          <div className="flex flex-wrap gap-2">
            <Button asChild>
              <Link to="/work/$id" params={{ id }}>
                The whole story
              </Link>
            </Button>
            {story.ended_as !== null && (
              <Button asChild kind="quiet">
                <Link to="/welcome" search={{ another: true }}>
                  Another request
                </Link>
              </Button>
            )}
          </div>
        </>
      )}
    </QueryState>
  );
}

function Stop({ stop }: { stop: WayStop }) {
  const [Icon, colour, word] = LOOKS[stop.state];
  return (
    <li className="flex items-center gap-2.5">
      <Icon size={16} aria-hidden className={cn('shrink-0', colour, stop.state === 'now' && 'animate-spin')} />
      <span className={stop.state === 'later' || stop.state === 'never' ? 'text-muted' : ''}>
        <span className="sr-only">{word}: </span>
        {stop.name}
      </span>
    </li>
  );
}
