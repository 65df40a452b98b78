import { useState } from 'react';
import { api, read, type Body } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { toKey } from './project-values.ts';
import { useSave } from './use-save.ts';

/** Makes an empty project; how Reeve works on it is chosen afterwards. */
export function NewProjectDialog({ onClose, onMade }: { onClose(): void; onMade(id: string): void }) {
  const [name, setName] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const shown = key ?? toKey(name);
  const save = useSave({
    write: (body: Body<'/v1/projects', 'post'>) => read(api.POST('/v1/projects', { body })),
    fields: ['name', 'key'],
    renews: ['projects'],
  });
  async function submit(): Promise<void> {
    const made = await save.run({ name: name.trim(), key: shown });
    if (made === null) return;
    onClose();
    onMade(made.id);
  }
  return (
    <TypedDialog
      open
      busy={save.busy}
      typed={name !== '' || key !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Make a project"
      about="Then give it repositories, and the checks its changes have to pass."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={save.busy} disabled={name.trim() === '' || shown === ''} onClick={() => void submit()}>
            Make the project
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" error={save.errorAt('name')}>
          <TextInput value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Key" hint="In addresses and in reeve.yaml. It stays." error={save.errorAt('key')}>
          <TextInput className="font-mono" value={shown} onChange={(event) => setKey(event.target.value)} />
        </Field>
        {save.rest !== null && <ProblemNote error={save.rest} />}
      </div>
    </TypedDialog>
  );
}
