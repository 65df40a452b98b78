import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link2Off } from 'lucide-react';
import { api, read, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { DialogPart } from './dialog-part.tsx';
import { labelOfSource, SOURCES } from './identity-words.ts';
import { identitiesQuery, rowsOf, type Identity, type Person } from './queries.ts';
import { useSave } from './use-save.ts';

interface IdentitiesProps {
  person: Person;
  /** What is typed of another account; kept above, so that it is not lost without a question. */
  typed: string;
  onType(text: string): void;
}

/** By which names somebody is known elsewhere: what they do there is then theirs. */
export function PersonIdentities({ person, typed, onType }: IdentitiesProps) {
  const { may } = useSession();
  const query = useInfiniteQuery(identitiesQuery(person.id));
  return (
    <DialogPart
      title="Known elsewhere as"
      about="What they do with these accounts counts as theirs: comments, reviews, decisions in Slack. Saved at once."
    >
      <QueryState query={query} noun="their accounts elsewhere">
        {(data) =>
          rowsOf(data).length === 0 ? (
            <p className="text-sm text-muted">No account elsewhere is known.</p>
          ) : (
            <>
              <ul aria-label="Accounts elsewhere" className="flex flex-col divide-y divide-line">
                {rowsOf(data).map((identity) => (
                  <IdentityRow key={identity.id} identity={identity} mayChange={may('manager')} />
                ))}
              </ul>
              <MoreRows query={query} />
            </>
          )
        }
      </QueryState>
      {may('manager') && <NewIdentity person={person} typed={typed} onType={onType} />}
    </DialogPart>
  );
}

function IdentityRow({ identity, mayChange }: { identity: Identity; mayChange: boolean }) {
  const { id, source, external_id: name } = identity;
  const remove = useSave({
    write: (of: string) => read(api.DELETE('/v1/identities/{id}', { params: { path: { id: of } } })),
    renews: ['people'],
    done: `${name} on ${labelOfSource(source)} is nobody’s now.`,
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span className="min-w-0 flex-1 basis-40 wrap-anywhere">
        <Untrusted inline text={name} /> <span className="text-sm text-muted">{labelOfSource(source)}</span>
      </span>
      {mayChange && (
        <Button
          kind="quiet"
          size="small"
          busy={remove.busy}
          icon={<Link2Off size={15} aria-hidden />}
          aria-label={`Remove ${name} on ${labelOfSource(source)}`}
          onClick={() => void remove.run(id)}
        >
          Remove
        </Button>
      )}
      {remove.problem !== null && <ProblemNote error={remove.problem} className="w-full" />}
    </li>
  );
}

function NewIdentity({ person, typed, onType }: IdentitiesProps) {
  const [source, setSource] = useState('github');
  const words = SOURCES.find((one) => one.source === source) ?? SOURCES[0];
  const save = useSave({
    write: (body: Body<'/v1/identities', 'post'>) => read(api.POST('/v1/identities', { body })),
    fields: ['source', 'external_id'],
    renews: ['people'],
    done: ({ external_id: name }: Identity) => `${person.name} is known as ${name} now.`,
  });
  async function submit(): Promise<void> {
    if ((await save.run({ source, external_id: typed.trim(), person_id: person.id })) !== null) onType('');
  }
  return (
    <form
      aria-label="Add an account"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <Field label="Where" error={save.errorAt('source')}>
          <Select value={source} onChange={(event) => setSource(event.target.value)}>
            {SOURCES.map((one) => (
              <option key={one.source} value={one.source}>
                {one.label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words?.named} hint={words?.hint} error={save.errorAt('external_id')}>
          <TextInput value={typed} onChange={(event) => onType(event.target.value)} />
        </Field>
      </div>
      <div>
        <Button size="small" type="submit" busy={save.busy} disabled={typed.trim() === ''}>
          Add the account
        </Button>
      </div>
      {save.rest !== null && <ProblemNote error={save.rest} />}
    </form>
  );
}
