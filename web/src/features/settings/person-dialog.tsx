import { useState } from 'react';
import { api, read, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Checkbox, Select, TextArea, TextInput } from '../../ui/text-input.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { isTyped } from './draft.ts';
import { PersonIdentities } from './person-identities.tsx';
import { PersonProjects } from './person-projects.tsx';
import { toPersonBody, toPersonForm, type PersonForm } from './person-values.ts';
import type { Person } from './queries.ts';
import { useDraft } from './use-draft.ts';
import { useSave } from './use-save.ts';

const ROLES = ['viewer', 'developer', 'maintainer', 'manager', 'admin'] as const;
const FIELDS = ['handle', 'name', 'email', 'role', 'skills', 'capacity_hours_per_week', 'wip_limit', 'timezone', 'owns', 'active'];

/** One person, to be looked at and (by managers) changed. */
export function PersonDialog({ person, onClose }: { person: Person; onClose(): void }) {
  const { may } = useSession();
  const draft = useDraft(toPersonForm(person), person.revision);
  const [otherName, setOtherName] = useState('');
  const save = useSave({
    write: (body: Body<'/v1/people/{id}', 'patch'>, headers) =>
      read(api.PATCH('/v1/people/{id}', { params: { path: { id: person.id } }, body, headers })),
    fields: FIELDS,
    renews: ['people'],
    done: `${person.name} is changed.`,
  });
  async function submit(over = draft.seen.over): Promise<void> {
    if ((await save.run(toPersonBody(draft.changes), over)) === null) return;
    draft.reset();
    if (otherName.trim() === '') onClose();
  }
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={person.name}
      about={`@${person.handle}, known since ${person.created_at.slice(0, 10)}`}
      footer={
        <>
          <Button onClick={onClose}>{may('manager') ? 'Cancel' : 'Close'}</Button>
          {may('manager') && (
            <Button kind="primary" busy={save.busy} disabled={!draft.dirty} onClick={() => void submit()}>
              Save
            </Button>
          )}
        </>
      }
    >
      <PersonFields value={draft.value} set={draft.set} errorAt={save.errorAt} disabled={!may('manager')} />
      {save.rest !== null && <ProblemNote error={save.rest} className="mt-4" />}
      <ConflictNote what={person.name} save={save} seen={draft.seen} onSave={(over) => void submit(over)} onDrop={draft.reset} className="mt-4" />
      <PersonIdentities person={person} typed={otherName} onType={setOtherName} />
      <PersonProjects person={person} />
      <LeaveGuard dirty={(draft.dirty || otherName.trim() !== '') && !save.busy} what={person.name} />
    </Dialog>
  );
}

interface FieldsProps {
  value: PersonForm;
  set<K extends keyof PersonForm>(name: K, to: PersonForm[K]): void;
  errorAt(name: string): string | null;
  disabled?: boolean;
}

function PersonFields({ value, set, errorAt, disabled = false }: FieldsProps) {
  const text = (name: 'name' | 'email' | 'skills' | 'capacity_hours_per_week' | 'wip_limit' | 'timezone') => ({
    value: value[name],
    disabled,
    onChange: (event: { target: { value: string } }) => set(name, event.target.value),
  });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" error={errorAt('name')}>
        <TextInput {...text('name')} />
      </Field>
      <Field label="E-mail" error={errorAt('email')}>
        <TextInput type="email" {...text('email')} />
      </Field>
      <Field label="Role" hint="The most their tokens and sessions may do." error={errorAt('role')}>
        <Select value={value.role} disabled={disabled} onChange={(event) => set('role', event.target.value as PersonForm['role'])}>
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </Select>
      </Field>
      <Field label="Time zone" hint="Like Europe/Berlin or UTC." error={errorAt('timezone')}>
        <TextInput {...text('timezone')} />
      </Field>
      <Field label="Skills" hint="With commas between: typescript, billing, area:cart." error={errorAt('skills')} className="sm:col-span-2">
        <TextInput {...text('skills')} />
      </Field>
      <Field label="Hours a week" hint="Time for tasks and reviews, 0 to 80." error={errorAt('capacity_hours_per_week')}>
        <TextInput inputMode="decimal" {...text('capacity_hours_per_week')} />
      </Field>
      <Field label="Most issues in work at once" hint="0 to 50; at 0 nothing is assigned." error={errorAt('wip_limit')}>
        <TextInput inputMode="numeric" {...text('wip_limit')} />
      </Field>
      <Field
        label="Owns"
        hint="Path patterns, one on each line: src/billing/**. Assignment and review go by them."
        error={errorAt('owns')}
        className="sm:col-span-2"
      >
        <TextArea
          rows={3}
          className="font-mono text-sm"
          disabled={disabled}
          value={value.owns}
          onChange={(event) => set('owns', event.target.value)}
        />
      </Field>
      <Checkbox
        label="Works here: may sign in, decide and be assigned"
        className="sm:col-span-2"
        checked={value.active}
        disabled={disabled}
        onChange={(event) => set('active', event.target.checked)}
      />
    </div>
  );
}

const NOBODY: PersonForm & { handle: string } = {
  handle: '',
  name: '',
  email: '',
  role: 'developer',
  skills: '',
  capacity_hours_per_week: '32',
  wip_limit: '3',
  timezone: 'UTC',
  owns: '',
  active: true,
};

/** Adds somebody. */
export function NewPersonDialog({ onClose }: { onClose(): void }) {
  const [value, setValue] = useState(NOBODY);
  const save = useSave({
    write: (body: Body<'/v1/people', 'post'>) => read(api.POST('/v1/people', { body })),
    fields: FIELDS,
    renews: ['people'],
    done: (person: Person) => `${person.name} is added.`,
  });
  async function submit(): Promise<void> {
    const { handle, ...form } = value;
    if ((await save.run({ ...toPersonBody(form), handle, name: form.name })) !== null) onClose();
  }
  return (
    <TypedDialog
      open
      size="medium"
      busy={save.busy}
      typed={isTyped(NOBODY, value)}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Add a person"
      about="They can decide and be assigned at once. To sign in they need a token, or an identity provider that knows their e-mail."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={save.busy} disabled={value.handle === '' || value.name === ''} onClick={() => void submit()}>
            Add
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Handle" hint="Lower-case letters, digits, dot and dash. Records name it, so it stays." error={save.errorAt('handle')}>
          <TextInput value={value.handle} onChange={(event) => setValue({ ...value, handle: event.target.value })} />
        </Field>
        <PersonFields value={value} set={(name, to) => setValue((before) => ({ ...before, [name]: to }))} errorAt={save.errorAt} />
        {save.rest !== null && <ProblemNote error={save.rest} />}
      </div>
    </TypedDialog>
  );
}
