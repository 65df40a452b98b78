import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { useBlocker } from '@tanstack/react-router';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { useUnsent } from './unsent.ts';

export interface LossWords {
  title: string;
  about?: ReactNode;
  leave: string;
  stay: string;
}

/** The question before something typed is lost. Enter keeps it, and so does a second Escape. */
export function LossQuestion({ open, words, onLeave, onStay }: { open: boolean; words: LossWords; onLeave(): void; onStay(): void }) {
  const writing = useRef<Element | null>(null);
  const arrive = useCallback((button: HTMLElement | null) => {
    if (button === null) return;
    writing.current = document.activeElement;
    button.focus();
  }, []);
  // Whoever stays goes on where they were.
  useEffect(() => {
    if (!open) return undefined;
    return () => {
      if (writing.current instanceof HTMLElement) writing.current.focus();
    };
  }, [open]);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onStay();
      }}
      title={words.title}
      about={words.about}
      footer={
        <>
          <Button kind="danger" onClick={onLeave}>
            {words.leave}
          </Button>
          <Button kind="primary" ref={arrive} onClick={onStay}>
            {words.stay}
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}

/** Asks before what was typed is lost with the page: by a link, by the way back, by closing the tab. */
export function WaysOut({ dirty, words }: { dirty: boolean; words: LossWords }) {
  useUnsent(dirty);
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  return <LossQuestion open={status === 'blocked'} words={words} onLeave={() => proceed?.()} onStay={() => reset?.()} />;
}

/** For what is saved by a press: asks before changes that were not are left behind. */
export function LeaveGuard({ dirty, what }: { dirty: boolean; what: string }) {
  const words = { title: 'Leave without saving?', about: `What you changed of ${what} is not saved.`, leave: 'Leave', stay: 'Stay' };
  return <WaysOut dirty={dirty} words={words} />;
}
