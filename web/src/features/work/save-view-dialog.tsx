import { useState, type FormEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Checkbox, TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import type { Body } from '../../api/client.ts';
import { changeView, saveView } from './commands.ts';
import { viewsQuery, type SavedView } from './queries.ts';
import type { WorkSearch } from './search.ts';

export interface SaveViewDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  search: WorkSearch;
  /** Renamed; left out: a new one. */
  view?: SavedView;
}

/** Keeps the filter that is shown by a name, or gives a kept one another name. */
export function SaveViewDialog({ open, onOpenChange, search, view }: SaveViewDialogProps) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      if (view === undefined) await saveView({ name: name.trim(), shared, filters: search as Body<'/v1/views', 'post'>['filters'] });
      else await changeView(view.id, { name: name.trim(), version: view.version });
      await queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
      onOpenChange(false);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <TypedDialog
      open={open}
      typed={name.trim() !== '' && name.trim() !== view?.name}
      busy={busy}
      onOpenChange={onOpenChange}
      title={view === undefined ? 'Save view' : 'Rename view'}
      about={view === undefined ? 'The filter and order you see now become a tab.' : 'The filter stays as it is.'}
      footer={
        <>
          <Button disabled={busy} onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button kind="primary" type="submit" form="save-view" busy={busy} disabled={name.trim() === ''}>
            Save
          </Button>
        </>
      }
    >
      <form id="save-view" onSubmit={(event) => void save(event)} className="flex flex-col gap-3">
        <Field label="Name">
          <TextInput value={name} maxLength={60} onChange={({ target }) => setName(target.value)} />
        </Field>
        {view === undefined && may('manager') && (
          <Checkbox label="Share with everybody" checked={shared} onChange={({ target }) => setShared(target.checked)} />
        )}
        {problem !== null && <ProblemNote error={problem} />}
      </form>
    </TypedDialog>
  );
}
