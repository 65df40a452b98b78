import { useState } from 'react';
import { Dialog, type DialogProps } from './dialog.tsx';
import { LossQuestion, WaysOut, type LossWords } from './leave-guard.tsx';
import { useUnsent } from './unsent.ts';

const WORDS: LossWords = {
  title: 'Drop what you typed?',
  about: 'It was not sent, and is gone when you leave.',
  leave: 'Drop it',
  stay: 'Go on writing',
};

export interface TypedDialogProps extends DialogProps {
  /** Something was typed that is not sent. */
  typed: boolean;
  /** The question, where something else than typed words would be lost. */
  words?: LossWords;
}

/** A dialog for words: the ways out that are taken by mistake (Escape, a click outside, the cross, the way back) ask first once something was typed. */
export function TypedDialog({ typed, words = WORDS, open, onOpenChange, busy = false, children, ...dialog }: TypedDialogProps) {
  const [asks, setAsks] = useState(false);
  const mayLose = open && typed && !busy;
  useUnsent(open && typed);
  if (asks && !mayLose) setAsks(false);
  return (
    <Dialog {...dialog} open={open} busy={busy} onOpenChange={(next) => (next || !mayLose ? onOpenChange(next) : setAsks(true))}>
      {children}
      {mayLose && <WaysOut dirty words={words} />}
      <LossQuestion open={asks} words={words} onLeave={() => onOpenChange(false)} onStay={() => setAsks(false)} />
    </Dialog>
  );
}
