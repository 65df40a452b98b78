import { useState, type FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { focusOnArrival } from '../../ui/focus.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useAccount, type GlassUse } from './queries.ts';

const FORM = 'account-form';

/** What happened in an emergency, for whoever asks later why approvers were passed by. */
export function AccountDialog({ use, onClose }: { use: GlassUse; onClose(): void }) {
  const send = useAccount(use.action_id);
  const [text, setText] = useState('');
  const words = text.trim();
  const isReady = words.length >= 10 && !send.isPending;

  async function run(): Promise<void> {
    await send.mutateAsync({ text: words });
    say('Written down: nothing is owed for this emergency any more.');
    onClose();
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (isReady) void run().catch(() => {});
  }

  return (
    <TypedDialog
      open
      onOpenChange={(open) => !open && onClose()}
      typed={!send.isSuccess && words !== ''}
      busy={send.isPending}
      size="medium"
      title="Write down what happened"
      about="What broke, what was done, and what will keep it from happening again. It is written once, under your name, and is in the ledger for good."
      footer={
        <>
          <Button disabled={send.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={FORM} kind="primary" busy={send.isPending} disabled={!isReady}>
            Write it down
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={onSubmit} className="flex flex-col gap-3 pb-2">
        <p className="rounded-md bg-sunken px-3 py-2 font-medium">
          <Untrusted text={use.headline} />
        </p>
        <Field label="What happened?" hint="At least 10 characters.">
          <TextArea ref={focusOnArrival} rows={8} maxLength={5000} value={text} onChange={({ target }) => setText(target.value)} />
        </Field>
        {send.error !== null && <ProblemNote error={send.error} />}
      </form>
    </TypedDialog>
  );
}
