import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { focusOnArrival } from '../../ui/focus.ts';
import { useReassign, type Details } from './queries.ts';
import { nameOf } from './words.ts';

/** Asks somebody else who may decide it; whoever could before still can. */
export function ReassignDialog({ details: { approval, eligible }, onClose }: { details: Details; onClose(): void }) {
  const reassign = useReassign(approval.id);
  const choices = [...eligible, ...approval.approvers.map((role) => `role:${role}`)];
  const [to, setTo] = useState(choices[0] ?? '');
  const [reason, setReason] = useState('');
  async function send(): Promise<void> {
    const words = reason.trim();
    await reassign.mutateAsync({ to, ...(words === '' ? {} : { reason: words }) });
    onClose();
  }
  return (
    <TypedDialog
      open
      typed={reason.trim() !== ''}
      busy={reassign.isPending}
      onOpenChange={(open) => !open && onClose()}
      title="Ask somebody else to decide"
      about="Whoever may decide it now still may."
      footer={
        <>
          <Button disabled={reassign.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button kind="primary" busy={reassign.isPending} disabled={to === ''} onClick={() => void send().catch(() => {})}>
            Ask them
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Who should decide?">
          <Select ref={focusOnArrival} value={to} onChange={({ target }) => setTo(target.value)}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {nameOf(choice)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Reason (optional)">
          <TextInput maxLength={1500} value={reason} onChange={({ target }) => setReason(target.value)} />
        </Field>
        {reassign.error !== null && <ProblemNote error={reassign.error} />}
      </div>
    </TypedDialog>
  );
}
