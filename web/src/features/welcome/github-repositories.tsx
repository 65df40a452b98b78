import { useState, type FormEvent } from 'react';
import { Link } from '@tanstack/react-router';
import { ArrowRight, Check } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useTake, useTaken, type GithubStatus } from './github-queries.ts';

type Installation = NonNullable<GithubStatus['installations']>[number];

/** More than these are found faster by their name. */
const MOST_SHOWN = 30;

/** Where the credential reaches, and where of that Reeve may work. */
export function GithubRepositories({ status }: { status: GithubStatus }) {
  const { data: taken } = useTaken();
  const take = useTake();
  const places = status.installations;
  const names = (places ?? []).flatMap(({ repositories }) => (repositories ?? []).map(({ name }) => name));
  const isTaken = (name: string): boolean => taken?.has(name.toLowerCase()) ?? false;
  const busyWith = take.isPending ? take.variables.name : null;
  return (
    <Panel title="Repositories">
      <div className="flex flex-col gap-4">
        {places !== null && (places.length === 0 || status.install_url !== null) && <Install url={status.install_url} first={places.length === 0} />}
        {(places ?? []).map((place) => (
          <PlaceNote key={place.id} place={place} />
        ))}
        {names.length > 0 && (
          <ul aria-label="Repositories GitHub shows to Reeve" className="divide-y divide-line rounded-md border border-line">
            {names.slice(0, MOST_SHOWN).map((name) => (
              <li key={name} className="flex flex-wrap items-center justify-between gap-2 px-3 py-2">
                <Untrusted inline text={name} className="min-w-0 wrap-anywhere" />
                {isTaken(name) ? (
                  <span className="flex items-center gap-1.5 text-sm text-good">
                    <Check size={14} aria-hidden />
                    Reeve works there
                  </span>
                ) : (
                  <Button size="small" aria-label={`Let Reeve work there: ${name}`} busy={busyWith === name} onClick={() => take.mutate({ name })}>
                    Let Reeve work there
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
        {names.length > MOST_SHOWN && (
          <p className="text-sm text-muted">
            The first {MOST_SHOWN} of {names.length}; the others by their name:
          </p>
        )}
        {(places === null || names.length > MOST_SHOWN) && <ByName busy={busyWith !== null} onTake={(name) => take.mutate({ name })} />}
        {take.error !== null && <ProblemNote error={take.error} />}
        {taken !== undefined && taken.size > 0 && (
          <div role="status" className="flex flex-wrap items-center justify-between gap-3 rounded-md bg-good-soft px-3 py-2 text-good">
            <span className="min-w-0">
              Reeve may work in <Untrusted inline text={[...taken].slice(0, 3).join(', ')} />
              {taken.size > 3 && ` and ${taken.size - 3} more`}. Its checks are those GitHub shows; more are set under Settings, Projects.
            </span>
            <Button asChild kind="primary" size="small">
              <Link to="/welcome">
                Go on with the first steps <ArrowRight size={14} aria-hidden />
              </Link>
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Install({ url, first }: { url: string | null; first: boolean }) {
  if (url === null) return <p className="text-sm">The App is installed nowhere yet. Install it on its page at GitHub.</p>;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button asChild kind={first ? 'primary' : 'plain'} size={first ? 'medium' : 'small'}>
        <a href={url} target="_blank" rel="noreferrer">
          {first ? 'Install it at GitHub' : 'Choose others at GitHub'}
        </a>
      </Button>
      {first && <p className="text-sm text-muted">There you choose the repositories it reaches. They appear here by themselves.</p>}
    </div>
  );
}

function PlaceNote({ place: { account, suspended, lacks, repositories } }: { place: Installation }) {
  const words = [
    ...(suspended ? [`${account} has suspended the App.`] : []),
    ...(lacks.length > 0 ? [`At ${account} it lacks ${lacks.join(', ')}: somebody there has to agree to what it asks for.`] : []),
    ...(repositories?.length === 0 ? [`At ${account} no repository was chosen.`] : []),
  ];
  return words.map((text) => <Untrusted key={text} text={text} className="text-sm text-warn" />);
}

function ByName({ busy, onTake }: { busy: boolean; onTake(name: string): void }) {
  const [name, setName] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== '') onTake(name.trim());
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Field label="Repository" hint="As GitHub writes it: owner/name.">
        <TextInput name="repository" placeholder="acme/shop" spellCheck={false} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" busy={busy} disabled={name.trim() === ''}>
          Let Reeve work there
        </Button>
      </div>
    </form>
  );
}
