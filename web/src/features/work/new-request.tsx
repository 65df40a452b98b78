import { useState, type FormEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { underOneKey } from '../../api/under-one-key.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select, TextArea, TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { typeRequest } from './commands.ts';
import { repositoriesQuery } from './queries.ts';
import { requestOf, type Repository, type RequestDraft } from './request.ts';

const FORM = 'new-request';
const NOTHING: RequestDraft = { repository: '', text: '', target: '' };
const NONE: readonly Repository[] = [];

/** Work that nobody wrote an issue for: asked for in a person's own words. Not offered to those who may not. */
export function NewRequest() {
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  if (!may('developer')) return null;
  return (
    <>
      <Button kind="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setOpen(true)}>
        New request
      </Button>
      {open && <RequestDialog onOpenChange={setOpen} />}
    </>
  );
}

function RequestDialog({ onOpenChange }: { onOpenChange(open: boolean): void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const repositories = useQuery(repositoriesQuery);
  const [draft, setDraft] = useState(NOTHING);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [ask] = useState(() => underOneKey(typeRequest));
  const request = requestOf(draft, repositories.data ?? NONE);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (request === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const { issue_id: id } = await ask(request);
      void queries.invalidateQueries({ queryKey: ['issues'] });
      await navigate({ to: '/work/$id', params: { id } });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  }

  return (
    <TypedDialog
      open
      typed={draft.text.trim() !== '' || draft.target.trim() !== ''}
      onOpenChange={onOpenChange}
      title="New request"
      about="What you want becomes an issue of its own, and work on it begins at once, with the same approvals as any other."
      size="medium"
      busy={busy}
      footer={
        <>
          <Button disabled={busy} onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button kind="primary" type="submit" form={FORM} busy={busy} disabled={request === null}>
            Send the request
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={(event) => void send(event)} className="flex flex-col gap-3 pb-2">
        <Fields draft={draft} onChange={setDraft} repositories={repositories.data} />
        {repositories.error !== null && repositories.data === undefined && <ProblemNote error={repositories.error} />}
        {problem !== null && <ProblemNote error={problem} />}
      </form>
    </TypedDialog>
  );
}

interface FieldsProps {
  draft: RequestDraft;
  onChange(draft: RequestDraft): void;
  /** Left out: still being read. */
  repositories: readonly Repository[] | undefined;
}

function Fields({ draft, onChange, repositories }: FieldsProps) {
  const set = (change: Partial<RequestDraft>): void => onChange({ ...draft, ...change });
  if (repositories?.length === 0)
    return <p role="status">No repository is on the allowlist yet. An admin puts one there in the settings, under Repositories.</p>;
  return (
    <>
      <Field label="Repository">
        <Select value={draft.repository} disabled={repositories === undefined} onChange={({ target }) => set({ repository: target.value })}>
          {repositories?.length !== 1 && <option value="">Choose one</option>}
          {(repositories ?? NONE).map(({ id, name }, _at, all) => (
            <option key={id} value={all.length === 1 ? '' : id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="What should be done?" hint="Say what you expect to see when it is done, and where it belongs.">
        <TextArea rows={7} maxLength={50_000} value={draft.text} onChange={({ target }) => set({ text: target.value })} />
      </Field>
      <Field label="Target branch (optional)" hint="Left empty, the work lands on a new branch of its own.">
        <TextInput value={draft.target} spellCheck={false} onChange={({ target }) => set({ target: target.value })} />
      </Field>
    </>
  );
}
