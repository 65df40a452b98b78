import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { focusOnArrival } from '../../ui/focus.ts';
import { useNote } from './queries.ts';

/** A question to whoever knows; the approval goes on waiting. */
export function AskDialog({ id, onClose }: { id: string; onClose(): void }) {
  const note = useNote(id);
  const [text, setText] = useState('');
  async function send(): Promise<void> {
    await note.mutateAsync({ kind: 'question', text: text.trim() });
    say('Asked. Everybody who sees this approval sees your question.');
    onClose();
  }
  return (
    <TypedDialog
      open
      typed={text.trim() !== ''}
      busy={note.isPending}
      onOpenChange={(open) => !open && onClose()}
      title="Ask a question"
      about="The approval goes on waiting; everybody who sees it sees the question."
      footer={
        <>
          <Button disabled={note.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button kind="primary" busy={note.isPending} disabled={text.trim() === ''} onClick={() => void send().catch(() => {})}>
            Ask
          </Button>
        </>
      }
    >
      <Field label="What is missing?" className="pb-2">
        <TextArea ref={focusOnArrival} rows={4} maxLength={2000} value={text} onChange={({ target }) => setText(target.value)} />
      </Field>
      {note.error !== null && <ProblemNote error={note.error} className="mb-2" />}
    </TypedDialog>
  );
}
