import { useState, type FormEvent } from 'react';
import { toProblem } from '../../api/problem.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea, TextInput } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useStillHere } from '../../ui/use-still-here.ts';
import { focusOnArrival } from '../../ui/focus.ts';
import { useInboxPlace } from './inbox-context.ts';
import { useDecide, type Details } from './queries.ts';
import { winnerIn } from './words.ts';

interface DecideDialogProps {
  details: Details;
  decision: 'approve' | 'decline';
  onClose(): void;
}

const FORM = 'decide-form';

/** The last word before a yes or a no. A yes to high risk wants the repository's name, typed. */
export function DecideDialog({ details: { approval }, decision, onClose }: DecideDialogProps) {
  const decide = useDecide(approval.id);
  const { goOn, tell } = useInboxPlace();
  const here = useStillHere();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const isYes = decision === 'approve';
  const name = isYes ? approval.confirm : null;
  const isOver = approval.status !== 'pending';
  const { me } = useSession();
  // Of an answer that was cut off nobody knows whether it was taken, until the approval says it.
  const isOpen = decide.isIdle || (decide.error !== null && toProblem(decide.error).mayPass);

  async function send(): Promise<void> {
    const words = reason.trim();
    // The digest is of what this person saw, not of what is there now.
    const decided = await decide.mutateAsync({
      decision,
      digest: approval.digest,
      ...(words === '' ? {} : { reason: words }),
      ...(name === null ? {} : { confirm: typed.trim() }),
    });
    const more = decided.status === 'pending' ? `; it waits for ${decided.votes.needed - decided.votes.yes} more` : '';
    say(`${isYes ? 'Approved' : 'Declined'}: ${approval.headline}${more}`);
    // Whoever has gone elsewhere meanwhile stays there.
    if (!here.current) return;
    onClose();
    if (!goOn(approval.id) && decided.status !== 'pending') tell({ id: approval.id, by: 'decision' });
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void send().catch(() => {});
  }

  return (
    <TypedDialog
      open
      typed={!decide.isSuccess && reason.trim() !== ''}
      onOpenChange={(open) => !open && onClose()}
      busy={decide.isPending}
      title={isYes ? 'Approve' : 'Decline'}
      about={isYes ? 'You say yes to exactly what is shown on the page.' : 'One no is final. Whoever asked reads your reason.'}
      footer={
        <>
          <Button disabled={decide.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={FORM}
            kind={isYes ? 'primary' : 'danger'}
            busy={decide.isPending}
            disabled={isOver || (name !== null && typed.trim() === '')}
          >
            {isYes ? 'Approve' : 'Decline'}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={onSubmit} className="flex flex-col gap-3 pb-2">
        <p className="rounded-md bg-sunken px-3 py-2 font-medium">
          <Untrusted text={approval.headline} />
        </p>
        {name !== null && (
          <Field label="This is high risk: type the name of the repository" hint={<Untrusted inline text={name} />}>
            <TextInput ref={focusOnArrival} spellCheck={false} value={typed} onChange={({ target }) => setTyped(target.value)} />
          </Field>
        )}
        <Field label="Reason (optional)">
          <TextArea
            {...(name === null && !isYes ? { ref: focusOnArrival } : {})}
            rows={2}
            maxLength={2000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </Field>
        {name === null && isYes && <FocusOnSend />}
        {decide.error !== null && !(isOver && isOpen) && <Refusal error={decide.error} />}
        {isOver && isOpen && (
          <p role="status" className="text-sm text-warn">
            {approval.decided_by === me.subject ? 'It is decided: what you sent has arrived.' : 'Somebody else decided it meanwhile.'}
          </p>
        )}
      </form>
    </TypedDialog>
  );
}

/** A yes that needs no words is sent by Enter: the focus is on the button from the start. */
function FocusOnSend() {
  return <span ref={() => document.querySelector<HTMLElement>(`button[type="submit"][form="${FORM}"]`)?.focus()} />;
}

/** Why the server took no decision; somebody who was first is named. */
export function Refusal({ error }: { error: unknown }) {
  const problem = toProblem(error);
  const winner = winnerIn(problem.detail);
  return (
    <ProblemNote error={problem}>
      {winner !== null && problem.code !== 'already_voted' && <p className="mt-0.5">It was {winner}. Close this to see how it stands now.</p>}
      {problem.code === 'digest_mismatch' && <p className="mt-0.5">What you saw is not what would be done. Load the page again before you decide.</p>}
    </ProblemNote>
  );
}
