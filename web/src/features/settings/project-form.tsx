import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { api, read, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Checkbox, Select, TextArea, TextInput } from '../../ui/text-input.tsx';
import { ChecksField } from './checks-field.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { MayNote } from './may-note.tsx';
import { toProjectBody, toProjectForm, type ProjectForm as Form } from './project-values.ts';
import { agentsQuery, type Project } from './queries.ts';
import { RolloutPanel } from './rollout-panel.tsx';
import { SaveBar } from './save-bar.tsx';
import { useDraft, type Draft } from './use-draft.ts';
import { useSave } from './use-save.ts';

const FIELDS = [
  'name',
  'settings.checks',
  'settings.setup',
  'settings.ready_label',
  'settings.queue.lanes',
  'settings.queue.most_batch',
  'settings.reviews.quiet_s',
];

/** How Reeve works on one project. */
export function ProjectForm({ project, onClose }: { project: Project; onClose(): void }) {
  const { may } = useSession();
  const draft = useDraft(toProjectForm(project), project.revision);
  const save = useSave({
    write: (body: Body<'/v1/projects/{id}', 'patch'>, headers) =>
      read(api.PATCH('/v1/projects/{id}', { params: { path: { id: project.id } }, body, headers })),
    fields: FIELDS,
    renews: ['projects'],
    done: `${project.name} is changed.`,
  });
  async function submit(over = draft.seen.over): Promise<void> {
    if ((await save.run(toProjectBody(draft.changes, toProjectForm(project)), over)) !== null) draft.reset();
  }
  function drop(): void {
    draft.reset();
    save.clear();
  }
  const parts: PartProps = { draft, errorAt: save.errorAt, disabled: !may('manager') };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button kind="quiet" size="small" icon={<ArrowLeft size={15} aria-hidden />} onClick={onClose}>
          All projects
        </Button>
        <h2 className="text-lg font-semibold wrap-anywhere">{project.name}</h2>
        <code className="font-mono text-sm text-muted">{project.key}</code>
      </div>
      <MayNote needs="manager" does="change projects" />
      <Panel title="How Reeve works on it">
        <form
          className="flex flex-col gap-6"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <General {...parts} />
          <Checking {...parts} />
          <Running {...parts} />
          <Queueing {...parts} />
          <Reviewing {...parts} />
          {may('manager') && <SaveBar dirty={draft.dirty} busy={save.busy} problem={save.rest} onSave={() => void submit()} onReset={drop} />}
        </form>
        <ConflictNote what={project.name} save={save} seen={draft.seen} onSave={(over) => void submit(over)} onDrop={drop} className="mt-3" />
      </Panel>
      <RolloutPanel projectId={project.id} />
      <LeaveGuard dirty={draft.dirty} what={project.name} />
    </div>
  );
}

/** Fields that hold a word or a number as text. */
type WordName = Exclude<keyof Form, 'checks' | 'opted_out'>;

interface PartProps {
  draft: Draft<Form>;
  errorAt(name: string): string | null;
  disabled: boolean;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-4 sm:grid-cols-2">
      <legend className="mb-3 font-medium">{title}</legend>
      {children}
    </fieldset>
  );
}

/** A choice of a few words. */
function Words({
  part,
  name,
  options,
  ...field
}: {
  part: PartProps;
  name: WordName;
  options: ReadonlyArray<readonly [string, string]>;
  id?: string;
}) {
  return (
    <Select {...field} value={part.draft.value[name]} disabled={part.disabled} onChange={(event) => part.draft.set(name, event.target.value)}>
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </Select>
  );
}

function Text({ part, name, ...field }: { part: PartProps; name: WordName; id?: string; className?: string; inputMode?: 'numeric' }) {
  return (
    <TextInput {...field} value={part.draft.value[name]} disabled={part.disabled} onChange={(event) => part.draft.set(name, event.target.value)} />
  );
}

function General(part: PartProps) {
  return (
    <Part title="The project">
      <Field label="Name" error={part.errorAt('name')}>
        <Text part={part} name="name" />
      </Field>
      <Field label="Label that hands an issue to agents" error={part.errorAt('settings.ready_label')}>
        <Text part={part} name="ready_label" />
      </Field>
      <Field label="Tasks go to">
        <Words
          part={part}
          name="assign"
          options={[
            ['agents', 'agents; people answer for them'],
            ['anyone', 'whoever fits best, people or agents'],
          ]}
        />
      </Field>
      <Field label="Who asked may approve it">
        <Words
          part={part}
          name="self_approval"
          options={[
            ['never', 'never'],
            ['local', 'in their own folder on this machine (admins set this)'],
          ]}
        />
      </Field>
      <Checkbox
        label="Opted out: Reeve does nothing for this project"
        className="sm:col-span-2"
        checked={part.draft.value.opted_out}
        disabled={part.disabled}
        onChange={(event) => part.draft.set('opted_out', event.target.checked)}
      />
    </Part>
  );
}

function Checking(part: PartProps) {
  const { draft, errorAt, disabled } = part;
  return (
    <Part title="Checks">
      <div className="sm:col-span-2">
        <ChecksField
          value={draft.value.checks}
          onChange={(checks) => draft.set('checks', checks)}
          disabled={disabled}
          error={errorAt('settings.checks')}
        />
      </div>
      <Field label="Before agents and checks run" hint="Commands, one on each line; kept per lock file." error={errorAt('settings.setup')}>
        <TextArea
          rows={3}
          className="font-mono text-sm"
          disabled={disabled}
          value={draft.value.setup}
          onChange={(event) => draft.set('setup', event.target.value)}
        />
      </Field>
      <Field label="Checks of the forge on a pull request">
        <Words
          part={part}
          name="ci"
          options={[
            ['auto', 'waited for where there are any'],
            ['required', 'always waited for'],
            ['none', 'not expected'],
          ]}
        />
      </Field>
    </Part>
  );
}

function Running(part: PartProps) {
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const options: Array<readonly [string, string]> = [['', 'as for the whole installation'], ...agents.map(({ name }) => [name, name] as const)];
  return (
    <Part title="How agents run">
      <Field label="Sandbox" hint="No boundary is set by admins alone.">
        <Words
          part={part}
          name="sandbox"
          options={[
            ['bwrap', 'bubblewrap'],
            ['container', 'container'],
            ['none', 'none: no boundary'],
          ]}
        />
      </Field>
      <Field label="Network of setup and checks">
        <Words
          part={part}
          name="network"
          options={[
            ['none', 'none'],
            ['registry', 'open, to fetch packages'],
          ]}
        />
      </Field>
      <Field label="Coder">
        <Words part={part} name="coder" options={options} />
      </Field>
      <Field label="Reviewer">
        <Words part={part} name="reviewer" options={options} />
      </Field>
      <Field label="Tester">
        <Words part={part} name="tester" options={options} />
      </Field>
      <Field label="Planner">
        <Words part={part} name="planner" options={options} />
      </Field>
    </Part>
  );
}

function Queueing(part: PartProps) {
  return (
    <Part title="Merge queue">
      <Field label="Lanes" hint="Independent groups verified side by side, 1 to 20." error={part.errorAt('settings.queue.lanes')}>
        <Text part={part} name="lanes" inputMode="numeric" className="tnum" />
      </Field>
      <Field label="Most changes verified together" hint="1 to 50." error={part.errorAt('settings.queue.most_batch')}>
        <Text part={part} name="most_batch" inputMode="numeric" className="tnum" />
      </Field>
      <Field label="Conflicts">
        <Words
          part={part}
          name="structured_merge"
          options={[
            ['on', 'may be merged by the structure of the file'],
            ['off', 'are never merged by structure'],
          ]}
        />
      </Field>
      <Field label="Lanes that passed alone">
        <Words
          part={part}
          name="combined"
          options={[
            ['before', 'are verified together before they land'],
            ['after', 'land at once and are verified right after'],
          ]}
        />
      </Field>
    </Part>
  );
}

function Reviewing(part: PartProps) {
  return (
    <Part title="Reviews and tests">
      <Field label="Pull requests that people open">
        <Words part={part} name="people_pulls" options={[['off', 'are left alone'], ['on', 'are reviewed and helped with'], ...namedPulls(part)]} />
      </Field>
      <Field label="Quiet before they are looked at" hint="Seconds without a new commit." error={part.errorAt('settings.reviews.quiet_s')}>
        <Text part={part} name="quiet_s" inputMode="numeric" className="tnum" />
      </Field>
      <Field label="Suggested reviewers">
        <Words
          part={part}
          name="ask_reviewers"
          options={[
            ['off', 'are named in the pull request'],
            ['on', 'are named and asked on the forge'],
          ]}
        />
      </Field>
      <Field label="Changed lines without tests">
        <Words
          part={part}
          name="tests"
          options={[
            ['off', 'are left'],
            ['suggest', 'get suggestions'],
            ['write', 'get tests written'],
          ]}
        />
      </Field>
    </Part>
  );
}

/** A list of repositories comes from reeve.yaml or the API; here it can be kept or replaced. */
const namedPulls = ({ draft }: PartProps): Array<readonly [string, string]> =>
  draft.value.people_pulls === 'named' ? [['named', 'are helped with in some repositories']] : [];
