import { useMemo, useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Button } from '../../ui/button.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { useStillHere } from '../../ui/use-still-here.ts';
import { ArgEditor } from './arg-editor.tsx';
import { argsFrom, fieldsOf, isChanged, labelOf, type ArgField } from './args-fields.ts';
import { Refusal } from './decide-dialog.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { ModificationPreview } from './modification-preview.tsx';
import { useDecide, usePreview, type Decision, type Details } from './queries.ts';
import { argsOf } from './words.ts';

/** Typing waits so long for the next letter before it is tried out. */
const TYPING_MS = 300;

/** Other arguments instead of these: a field for each, tried out by the server while one types. A new approval with a new digest takes the place. */
export function ModifyDialog({ details: { approval, modify, parts }, onClose }: { details: Details; onClose(): void }) {
  const navigate = useNavigate();
  const decide = useDecide(approval.id);
  const here = useStillHere();
  const { tell } = useInboxPlace();
  const before = useMemo(() => argsOf(approval.record), [approval.record]);
  const fields = useMemo(() => fieldsOf(modify.schema, before), [modify.schema, before]);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const settled = useSettled(typed, TYPING_MS);
  const changed = isChanged(fields, settled);
  const read = argsFrom(before, fields, settled);
  const preview = usePreview(approval.id, read.ok ? read.args : null, changed && read.ok);
  const problems = problemsOf(read.ok ? {} : read.problems, changed && read.ok && preview.data?.ok === false ? preview.data.problems : []);
  const isReady = settled === typed && changed && read.ok && preview.data?.ok === true && !preview.isPlaceholderData;

  async function send(): Promise<void> {
    if (!read.ok) return;
    const modified_args = read.args as NonNullable<Decision['modified_args']>;
    const done = await decide.mutateAsync({ decision: 'modify', digest: approval.digest, modified_args });
    say('Changed. A new approval takes its place, with a digest of its own.');
    if (!here.current) return;
    onClose();
    if (done.superseded_by === null) return;
    tell({ id: done.superseded_by, by: 'step' });
    await navigate({ to: '/approvals/$id', params: { id: done.superseded_by }, search: true, replace: true });
  }

  const editor = (field: ArgField) => (
    <ArgEditor
      key={field.name}
      field={field}
      label={parts.find(({ path }) => path === `args.${field.name}`)?.label ?? labelOf(field.name)}
      value={typed[field.name] ?? field.text}
      problem={problems[field.name] ?? null}
      onChange={(value) => setTyped({ ...typed, [field.name]: value })}
    />
  );

  return (
    <TypedDialog
      open
      typed={!decide.isSuccess && isChanged(fields, typed)}
      onOpenChange={(open) => !open && onClose()}
      busy={decide.isPending}
      size="large"
      title="Modify"
      about="A changed action replaces this one. It has a new digest and is decided anew; you become the one who proposed it."
      footer={
        <>
          <Button disabled={decide.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            kind="primary"
            busy={decide.isPending}
            disabled={!isReady || approval.status !== 'pending'}
            onClick={() => void send().catch(() => {})}
          >
            Replace it
          </Button>
        </>
      }
    >
      <div className="grid gap-5 pb-2 lg:grid-cols-2">
        <form className="flex min-w-0 flex-col gap-3" aria-label="Arguments" onSubmit={(event) => event.preventDefault()}>
          {fields.filter(({ absent }) => !absent).map(editor)}
          {fields.some(({ absent }) => absent) && (
            <details>
              <summary className="min-h-6 cursor-pointer text-sm text-muted">What could be added</summary>
              <div className="mt-2 flex flex-col gap-3">{fields.filter(({ absent }) => absent).map(editor)}</div>
            </details>
          )}
        </form>
        <ModificationPreview before={before} changed={changed} preview={preview.data} problem={problems['args'] ?? null} error={preview.error} />
      </div>
      {decide.error !== null && <Refusal error={decide.error} />}
    </TypedDialog>
  );
}

/** By field; what is of none stands under `args`. */
function problemsOf(own: Readonly<Record<string, string>>, told: ReadonlyArray<{ path: string; message: string }>): Record<string, string> {
  const problems: Record<string, string> = { ...own };
  for (const { path, message } of told) {
    const member = /^args\.([^.[]+)/.exec(path)?.[1] ?? 'args';
    problems[member] ??= message;
  }
  return problems;
}
