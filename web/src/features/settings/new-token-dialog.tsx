import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { api, read, type Answer, type Body } from '../../api/client.ts';
import { underOneKey } from '../../api/under-one-key.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select, TextArea, TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { isTyped } from './draft.ts';
import { peopleQuery, projectsQuery, rowsOf } from './queries.ts';
import { NEW_TOKEN, toTokenBody, type TokenForm } from './token-values.ts';
import { useSave } from './use-save.ts';

type NewToken = Answer<'/v1/tokens', 'post'>;
type TokenBody = Body<'/v1/tokens', 'post'>;

const FIELDS = ['name', 'role', 'person', 'service', 'projects', 'permissions', 'expires_at'];
const LIVES = [
  ['', 'never'],
  ['7', 'in 7 days'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const;

const makeToken = (body: TokenBody, key: string): Promise<NewToken> =>
  read(api.POST('/v1/tokens', { body, params: { header: { 'Idempotency-Key': key } } }));

/** Makes a token and shows its secret this once. */
export function NewTokenDialog({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState(NEW_TOKEN);
  const [made, setMade] = useState<NewToken | null>(null);
  const [write] = useState(() => underOneKey(makeToken));
  // One moment for all tries: another end would be another token.
  const [openedAt] = useState(() => Date.now());
  const save = useSave({ write, fields: FIELDS, renews: ['tokens'] });
  const set = <K extends keyof TokenForm>(name: K, to: TokenForm[K]): void => setForm((before) => ({ ...before, [name]: to }));
  if (made !== null) return <Secret token={made} onClose={onClose} />;
  return (
    <TypedDialog
      open
      size="medium"
      busy={save.busy}
      typed={isTyped(NEW_TOKEN, form)}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Make a token"
      about="Whoever has it may do what it may. Give it as little as its program needs, and an end."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={save.busy}
            disabled={form.name.trim() === ''}
            onClick={() => void save.run(toTokenBody(form, openedAt)).then(setMade)}
          >
            Make the token
          </Button>
        </>
      }
    >
      <TokenFields form={form} set={set} errorAt={save.errorAt} />
      {save.rest !== null && <ProblemNote error={save.rest} className="mt-4" />}
    </TypedDialog>
  );
}

interface FieldsProps {
  form: TokenForm;
  set<K extends keyof TokenForm>(name: K, to: TokenForm[K]): void;
  errorAt(name: string): string | null;
}

function TokenFields({ form, set, errorAt }: FieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" hint="What it is for: nightly report." error={errorAt('name')} className="sm:col-span-2">
        <TextInput value={form.name} onChange={(event) => set('name', event.target.value)} />
      </Field>
      <Owner form={form} set={set} errorAt={errorAt} />
      <Field label="Role" hint="The most it may do." error={errorAt('role')}>
        <Select value={form.role} onChange={(event) => set('role', event.target.value as TokenForm['role'])}>
          {['viewer', 'developer', 'maintainer', 'manager', 'admin'].map((role) => (
            <option key={role}>{role}</option>
          ))}
        </Select>
      </Field>
      <Field label="Ends" error={errorAt('expires_at')}>
        <Select value={form.days} onChange={(event) => set('days', event.target.value)}>
          {LIVES.map(([days, words]) => (
            <option key={days} value={days}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <Reach form={form} set={set} errorAt={errorAt} />
    </div>
  );
}

function Owner({ form, set, errorAt }: FieldsProps) {
  const people = useInfiniteQuery(peopleQuery);
  return (
    <>
      <Field label="Belongs to">
        <Select value={form.owner} onChange={(event) => set('owner', event.target.value as TokenForm['owner'])}>
          <option value="person">a person</option>
          <option value="service">a program of its own (never decides)</option>
        </Select>
      </Field>
      {form.owner === 'person' ? (
        <div>
          <Field label="Person" error={errorAt('person')}>
            <Select value={form.person} onChange={(event) => set('person', event.target.value)}>
              <option value="">nobody</option>
              {(people.data === undefined ? [] : rowsOf(people.data))
                .filter(({ active }) => active)
                .map(({ handle, name }) => (
                  <option key={handle} value={handle}>
                    {name} (@{handle})
                  </option>
                ))}
            </Select>
          </Field>
          <MoreRows query={people} />
        </div>
      ) : (
        <Field label="Name of the program" hint="Lower-case letters, digits, dot and dash." error={errorAt('service')}>
          <TextInput value={form.service} onChange={(event) => set('service', event.target.value)} />
        </Field>
      )}
    </>
  );
}

function Reach({ form, set, errorAt }: FieldsProps) {
  const projects = useInfiniteQuery(projectsQuery);
  return (
    <>
      <Field label="May do">
        <Select value={form.reach} onChange={(event) => set('reach', event.target.value as TokenForm['reach'])}>
          <option value="all">all that its role may</option>
          <option value="read">only read</option>
          <option value="named">only what is named</option>
        </Select>
      </Field>
      <div>
        <Field label="Project" error={errorAt('projects')}>
          <Select value={form.project} onChange={(event) => set('project', event.target.value)}>
            <option value="">all of them</option>
            {(projects.data === undefined ? [] : rowsOf(projects.data)).map(({ id, key, name }) => (
              <option key={id} value={key}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <MoreRows query={projects} />
      </div>
      {form.reach === 'named' && (
        <Field
          label="Permissions"
          hint="An area and read or write, with commas between: issues:read, queue:write."
          error={errorAt('permissions')}
          className="sm:col-span-2"
        >
          <TextArea rows={2} className="font-mono text-sm" value={form.permissions} onChange={(event) => set('permissions', event.target.value)} />
        </Field>
      )}
    </>
  );
}

const ONCE = {
  title: 'Leave without the token?',
  about: 'It was not copied, and is never shown again.',
  leave: 'Leave it',
  stay: 'Go back to it',
};

function Secret({ token, onClose }: { token: NewToken; onClose(): void }) {
  const [copied, setCopied] = useState(false);
  return (
    <TypedDialog
      open
      size="medium"
      typed={!copied}
      words={ONCE}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`“${token.name}” is made`}
      about="Copy it now: it is shown this once, and stored nowhere."
      footer={
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md bg-sunken p-3">
        <KeyRound size={16} className="shrink-0 text-faint" aria-hidden />
        <code aria-label="The token" className="min-w-0 flex-1 font-mono text-sm break-all">
          {token.token}
        </code>
        <CopyButton text={token.token} what="the token" onCopied={() => setCopied(true)} />
      </div>
      <p className="mt-3 text-sm text-muted">
        Programs send it as <code className="font-mono">Authorization: Bearer …</code>; the command line reads it from{' '}
        <code className="font-mono">REEVE_TOKEN</code>.
      </p>
    </TypedDialog>
  );
}
