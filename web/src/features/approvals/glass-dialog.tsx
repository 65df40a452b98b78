import { useState, type FormEvent } from 'react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { focusOnArrival } from '../../ui/focus.ts';
import { TextArea, TextInput } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Refusal } from './decide-dialog.tsx';
import { useBreakGlass, useGlass, type Details } from './queries.ts';
import { glassStep, isGlassReady, nameOf, repositoryOf, type GlassStep } from './words.ts';

const FORM = 'glass-form';

/** The emergency exit: two maintainers, each with a reason, within a quarter of an hour; the repository's name is typed, so that no slip opens it. */
export function GlassDialog({ details: { approval }, onClose }: { details: Details; onClose(): void }) {
  const glass = useGlass(approval.id);
  const send = useBreakGlass(approval.id);
  const { me } = useSession();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const repository = repositoryOf(approval.record);
  const next = glassStep({ use: glass.data ?? null, status: approval.status, me: me.subject });
  const may = next.step === 'open' || next.step === 'confirm';
  const isReady = isGlassReady({ reason, typed, repository }) && may;

  async function run(): Promise<void> {
    const { state } = await send.mutateAsync({ digest: approval.digest, reason: reason.trim() });
    say(
      state === 'broken' ? 'Glass is broken: it is done without its approvers.' : 'Opened. A second maintainer confirms it within fifteen minutes.',
    );
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
      typed={!send.isSuccess && (reason.trim() !== '' || typed.trim() !== '')}
      busy={send.isPending}
      title="Break glass"
      about="For emergencies: two maintainers let this one action pass without its approvers. Both names and reasons are in the ledger for good. If somebody has opened it before you, your word is the second, and it is done at once."
      footer={
        <>
          <Button disabled={send.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={FORM} kind="danger" busy={send.isPending} disabled={!isReady}>
            {next.step === 'confirm' ? 'Confirm: let it pass' : 'Open the emergency exit'}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={onSubmit} className="flex flex-col gap-3 pb-2">
        <p className="rounded-md bg-sunken px-3 py-2 font-medium">
          <Untrusted text={approval.headline} />
        </p>
        {!send.isPending && !send.isSuccess && <Standing next={next} />}
        <Field label="What is the emergency?" hint="At least 10 characters.">
          <TextArea ref={focusOnArrival} rows={3} maxLength={2000} value={reason} onChange={({ target }) => setReason(target.value)} />
        </Field>
        <Field label="Type the name of the repository" hint={<Untrusted inline text={repository} />}>
          <TextInput spellCheck={false} value={typed} onChange={({ target }) => setTyped(target.value)} />
        </Field>
        {send.error !== null && <Refusal error={send.error} />}
      </form>
    </TypedDialog>
  );
}

/** Who has opened it, or why there is nothing to open. */
function Standing({ next }: { next: GlassStep }) {
  if (next.step === 'open') return null;
  return (
    <p role="status" className="text-sm text-warn">
      {next.step === 'confirm' ? (
        <>
          {nameOf(next.first.opened_by)} opened it: <Untrusted inline text={next.first.reason} />
        </>
      ) : (
        next.text
      )}
    </p>
  );
}
