import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, read, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea, TextInput } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { toHandles } from './draft.ts';
import { toKey } from './project-values.ts';
import type { Team } from './queries.ts';
import { useDraft } from './use-draft.ts';
import { useSave } from './use-save.ts';

const FIELDS = ['key', 'name', 'members'];

interface TeamForm {
  name: string;
  /** Handles, as they are typed. */
  members: string;
}

/** What of a form is sent: only what was changed. */
const toTeamBody = ({ name, members }: Partial<TeamForm>): Body<'/v1/teams/{id}', 'patch'> => ({
  ...(name === undefined ? {} : { name: name.trim() }),
  ...(members === undefined ? {} : { members: toHandles(members) }),
});

/** One team, to be looked at and (by managers) changed. */
export function TeamDialog({ team, onClose }: { team: Team; onClose(): void }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const draft = useDraft<TeamForm>({ name: team.name, members: team.members.join(', ') }, team.revision);
  const save = useSave({
    write: (body: Body<'/v1/teams/{id}', 'patch'>, headers) =>
      read(api.PATCH('/v1/teams/{id}', { params: { path: { id: team.id } }, body, headers })),
    fields: FIELDS,
    renews: ['people'],
    done: `${team.name} is changed.`,
  });
  async function submit(over = draft.seen.over): Promise<void> {
    if ((await save.run(toTeamBody(draft.changes), over)) === null) return;
    draft.reset();
    onClose();
  }
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={team.name}
      about={`${team.key}, known since ${team.created_at.slice(0, 10)}`}
      footer={
        may('manager') ? (
          <>
            <Button kind="danger" className="mr-auto" disabled={draft.dirty} onClick={() => setRemoving(true)}>
              Remove the team
            </Button>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" busy={save.busy} disabled={!draft.dirty} onClick={() => void submit()}>
              Save
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>Close</Button>
        )
      }
    >
      <TeamFields value={draft.value} set={draft.set} errorAt={save.errorAt} disabled={!may('manager')} />
      {save.rest !== null && <ProblemNote error={save.rest} className="mt-4" />}
      <ConflictNote what={team.name} save={save} seen={draft.seen} onSave={(over) => void submit(over)} onDrop={draft.reset} className="mt-4" />
      <LeaveGuard dirty={draft.dirty && !save.busy} what={team.name} />
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Remove the team?"
        about={`Its members stay. What names ${team.key} finds nobody then.`}
        confirm="Remove it"
        danger
        onConfirm={async () => {
          await read(api.DELETE('/v1/teams/{id}', { params: { path: { id: team.id } } }));
          say(`${team.name} is removed.`);
          draft.reset();
          onClose();
          await queries.invalidateQueries({ queryKey: ['people'] });
        }}
      />
    </Dialog>
  );
}

interface FieldsProps {
  value: TeamForm;
  set<K extends keyof TeamForm>(name: K, to: TeamForm[K]): void;
  errorAt(name: string): string | null;
  disabled?: boolean;
}

function TeamFields({ value, set, errorAt, disabled = false }: FieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="Name" error={errorAt('name')}>
        <TextInput value={value.name} disabled={disabled} onChange={(event) => set('name', event.target.value)} />
      </Field>
      <Field label="Members" hint="Handles with commas between: ann, bo." error={errorAt('members')}>
        <TextArea rows={3} value={value.members} disabled={disabled} onChange={(event) => set('members', event.target.value)} />
      </Field>
    </div>
  );
}

/** Makes one; its key is what files and other records name. */
export function NewTeamDialog({ onClose }: { onClose(): void }) {
  const [value, setValue] = useState<TeamForm>({ name: '', members: '' });
  const [key, setKey] = useState<string | null>(null);
  const shown = key ?? toKey(value.name);
  const save = useSave({
    write: (body: Body<'/v1/teams', 'post'>) => read(api.POST('/v1/teams', { body })),
    fields: FIELDS,
    renews: ['people'],
    done: ({ name }: Team) => `${name} is made.`,
  });
  async function submit(): Promise<void> {
    if ((await save.run({ key: shown, name: value.name.trim(), members: toHandles(value.members) })) !== null) onClose();
  }
  return (
    <TypedDialog
      open
      size="medium"
      busy={save.busy}
      typed={value.name !== '' || value.members !== '' || key !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Make a team"
      about="People who answer for something together."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={save.busy} disabled={value.name.trim() === '' || shown === ''} onClick={() => void submit()}>
            Make the team
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TeamFields value={value} set={(name, to) => setValue((before) => ({ ...before, [name]: to }))} errorAt={save.errorAt} />
        <Field label="Key" hint="Lower-case letters, digits and dashes. Files name it, so it stays." error={save.errorAt('key')}>
          <TextInput className="font-mono" value={shown} onChange={(event) => setKey(event.target.value)} />
        </Field>
        {save.rest !== null && <ProblemNote error={save.rest} />}
      </div>
    </TypedDialog>
  );
}
