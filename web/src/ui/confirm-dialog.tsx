import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';
import { TextArea } from './text-input.tsx';
import { TypedDialog } from './typed-dialog.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: ReactNode;
  /** What will happen, and whether it can be taken back. */
  about: ReactNode;
  /** The verb on the button: `Stop the run`. */
  confirm: string;
  danger?: boolean;
  /** Ask for words: `optional` or `required`; they are handed to `onConfirm` (trimmed, may be empty). */
  reason?: 'optional' | 'required';
  reasonLabel?: string;
  /** Resolves: done, the dialog closes. Rejects: the problem is shown and nothing is lost. */
  onConfirm(reason: string): Promise<unknown>;
  children?: ReactNode;
}

/** Asks before something that cannot simply be done again, with the reason where one is kept. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  about,
  confirm,
  danger = false,
  reason,
  reasonLabel = 'Reason',
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const words = text.trim();
  // Every opening begins anew: words and refusals of the one before are not about this.
  const [shown, setShown] = useState(open);
  if (shown !== open) {
    setShown(open);
    setText('');
    setProblem(null);
  }
  const opening = useOpening(open);

  async function run(): Promise<void> {
    const mine = opening.current;
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm(words);
      if (opening.current === mine) onOpenChange(false);
    } catch (error) {
      if (opening.current === mine) setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <TypedDialog
      open={open}
      typed={words !== ''}
      onOpenChange={onOpenChange}
      busy={busy}
      title={title}
      about={about}
      footer={
        <>
          <Button disabled={busy} onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} disabled={reason === 'required' && words === ''} onClick={() => void run()}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      {reason !== undefined && (
        <Field label={reason === 'required' ? reasonLabel : `${reasonLabel} (optional)`}>
          <TextArea value={text} rows={3} onChange={(event) => setText(event.target.value)} />
        </Field>
      )}
      {problem !== null && <ProblemNote error={problem} className="mt-3" />}
    </TypedDialog>
  );
}

/** Another number for each opening, so that what was waited for in one is not taken for another. */
function useOpening(open: boolean): RefObject<number> {
  const opening = useRef(0);
  useEffect(() => {
    opening.current += 1;
  }, [open]);
  return opening;
}
