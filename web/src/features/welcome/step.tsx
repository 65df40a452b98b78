import { useEffect, useRef, type ReactNode } from 'react';
import { Check } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';

export interface StepProps {
  nr: number;
  title: string;
  /** What it is for, in a sentence. */
  about: string;
  done: boolean;
  open: boolean;
  onOpen(): void;
  children: ReactNode;
}

/** One of the first steps: its number or a tick, and its contents while it is the one that is worked on. */
export function Step({ nr, title, about, done, open, onOpen, children }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const wasOpen = useRef(open);
  // What was pressed to come here is gone: from nowhere, Tab would begin at the top.
  useEffect(() => {
    if (open && !wasOpen.current) heading.current?.focus();
    wasOpen.current = open;
  }, [open]);
  return (
    <li className={cn('rounded-lg border bg-surface shadow-panel', open ? 'border-accent/50' : 'border-line')}>
      <section aria-label={title} className="flex gap-3 p-4">
        <span
          className={cn(
            'mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full text-sm font-semibold',
            done ? 'bg-good-soft text-good' : open ? 'bg-accent text-accent-ink' : 'bg-sunken text-muted',
          )}
        >
          {done ? <Check size={14} aria-hidden /> : <span aria-hidden>{nr}</span>}
          <span className="sr-only">{done ? 'Done' : `Step ${nr}`}</span>
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-start justify-between gap-2">
            <div className="min-w-0">
              <h2 ref={heading} tabIndex={-1} className="font-semibold outline-none">
                {title}
              </h2>
              <p className="text-sm text-muted">{about}</p>
            </div>
            {!open && (
              <Button size="small" aria-expanded={false} aria-label={`${done ? 'Look at' : 'Open'}: ${title}`} onClick={onOpen}>
                {done ? 'Look' : 'Open'}
              </Button>
            )}
          </div>
          {open && <div className="mt-4 flex flex-col gap-4">{children}</div>}
        </div>
      </section>
    </li>
  );
}
