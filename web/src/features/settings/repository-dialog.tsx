import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, read, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Checkbox, Select, TextInput } from '../../ui/text-input.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { isTyped } from './draft.ts';
import { projectsQuery, rowsOf, type Repository } from './queries.ts';
import { RepositoryHistory } from './repository-history.tsx';
import { PLACES, TIERS } from './repository-words.ts';
import { useDraft } from './use-draft.ts';
import { useSave } from './use-save.ts';

const FIELDS = ['default_branch', 'tier', 'allowlisted', 'protection_attested', 'name', 'project_id', 'forge'];

function TierSelect({
  value,
  disabled,
  onChange,
  ...field
}: {
  value: Repository['tier'];
  disabled?: boolean;
  onChange(tier: Repository['tier']): void;
}) {
  return (
    <Select {...field} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as Repository['tier'])}>
      {(Object.keys(TIERS) as Array<Repository['tier']>).map((tier) => (
        <option key={tier} value={tier}>
          {TIERS[tier].words}
        </option>
      ))}
    </Select>
  );
}

/** One repository: its tier, its branch, and whether Reeve may work there. */
export function RepositoryDialog({ repository, onClose }: { repository: Repository; onClose(): void }) {
  const { may } = useSession();
  const { tier, default_branch, allowlisted, protection_attested } = repository;
  const draft = useDraft({ tier, default_branch, allowlisted, protection_attested }, repository.revision);
  const save = useSave({
    write: (body: Body<'/v1/repositories/{id}', 'patch'>, headers) =>
      read(api.PATCH('/v1/repositories/{id}', { params: { path: { id: repository.id } }, body, headers })),
    fields: FIELDS,
    renews: ['repositories'],
    done: `${repository.name} is changed.`,
  });
  async function submit(over = draft.seen.over): Promise<void> {
    if ((await save.run(draft.changes, over)) === null) return;
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
      title={repository.name}
      about={`${PLACES[repository.forge]}, known since ${repository.created_at.slice(0, 10)}`}
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
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Tier" hint="Policy, rollout and risk go by it." error={save.errorAt('tier')}>
          <TierSelect value={draft.value.tier} disabled={!may('manager')} onChange={(to) => draft.set('tier', to)} />
        </Field>
        <Field label="Default branch" error={save.errorAt('default_branch')}>
          <TextInput
            value={draft.value.default_branch}
            disabled={!may('manager')}
            onChange={(event) => draft.set('default_branch', event.target.value)}
          />
        </Field>
        <Checkbox
          label="Allowed: Reeve may read and work there (admins set this)"
          className="sm:col-span-2"
          checked={draft.value.allowlisted}
          disabled={!may('admin')}
          onChange={(event) => draft.set('allowlisted', event.target.checked)}
        />
        {repository.forge === 'github' && (
          <Checkbox
            label="I have looked: its branch protection holds for Reeve’s own account (admins set this)"
            className="sm:col-span-2"
            checked={draft.value.protection_attested}
            disabled={!may('admin')}
            onChange={(event) => draft.set('protection_attested', event.target.checked)}
          />
        )}
      </div>
      {save.rest !== null && <ProblemNote error={save.rest} className="mt-4" />}
      <ConflictNote what={repository.name} save={save} seen={draft.seen} onSave={(over) => void submit(over)} onDrop={draft.reset} className="mt-4" />
      <RepositoryHistory repository={repository} />
      <LeaveGuard dirty={draft.dirty && !save.busy} what={repository.name} />
    </Dialog>
  );
}

type NewRepository = Required<Body<'/v1/repositories', 'post'>>;

const NOTHING: NewRepository = {
  project_id: '',
  forge: 'github',
  name: '',
  default_branch: 'main',
  tier: 'standard',
  allowlisted: false,
};

/** Adds one to a project. */
export function NewRepositoryDialog({ onClose }: { onClose(): void }) {
  const { may } = useSession();
  const projects = useInfiniteQuery(projectsQuery);
  const [value, setValue] = useState(NOTHING);
  const save = useSave({
    write: (body: Body<'/v1/repositories', 'post'>) => read(api.POST('/v1/repositories', { body })),
    fields: FIELDS,
    renews: ['repositories'],
    done: (repository: Repository) => `${repository.name} is added.`,
  });
  const set = <K extends keyof NewRepository>(name: K, to: NewRepository[K]): void => setValue((before) => ({ ...before, [name]: to }));
  return (
    <TypedDialog
      open
      size="medium"
      busy={save.busy}
      typed={isTyped(NOTHING, value)}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Add a repository"
      about="Reeve works there once it is allowed. Folders of this machine and leave to work are for admins."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={save.busy}
            disabled={value.name === '' || value.project_id === ''}
            onClick={() => void save.run(value).then((made) => made !== null && onClose())}
          >
            Add
          </Button>
        </>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <div>
          <Field label="Project" error={save.errorAt('project_id')}>
            <Select value={value.project_id} onChange={(event) => set('project_id', event.target.value)}>
              <option value="">Choose one</option>
              {(projects.data === undefined ? [] : rowsOf(projects.data)).map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <MoreRows query={projects} />
        </div>
        <Field label="Where it is" error={save.errorAt('forge')}>
          <Select value={value.forge} onChange={(event) => set('forge', event.target.value as NewRepository['forge'])}>
            <option value="github">GitHub</option>
            <option value="local">embedded forge</option>
            {may('admin') && <option value="path">folder of this machine</option>}
          </Select>
        </Field>
        <Field
          label={value.forge === 'path' ? 'Folder' : 'Name'}
          hint={value.forge === 'path' ? 'From the root: /home/ann/shop' : 'owner/name'}
          error={save.errorAt('name')}
        >
          <TextInput value={value.name} onChange={(event) => set('name', event.target.value)} />
        </Field>
        <Field label="Default branch" error={save.errorAt('default_branch')}>
          <TextInput value={value.default_branch} onChange={(event) => set('default_branch', event.target.value)} />
        </Field>
        <Field label="Tier" error={save.errorAt('tier')}>
          <TierSelect value={value.tier} onChange={(to) => set('tier', to)} />
        </Field>
        {may('admin') && (
          <Checkbox
            label="Reeve may work there"
            className="self-end pb-1"
            checked={value.allowlisted}
            onChange={(event) => set('allowlisted', event.target.checked)}
          />
        )}
      </div>
      {save.rest !== null && <ProblemNote error={save.rest} className="mt-4" />}
    </TypedDialog>
  );
}
