import { useRef, useState, type ReactNode } from 'react';
import { Dialog as Radix } from 'radix-ui';
import { X } from 'lucide-react';
import { cn } from './class-names.ts';
import { Button } from './button.tsx';
import { focusAgain } from './focus.ts';

export interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: ReactNode;
  /** What happens here, in a sentence; read out with the title. */
  about?: ReactNode;
  children: ReactNode;
  /** Buttons at the end; the way out is always there as a cross and by Escape. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large';
  /** Something is under way: no way out until it is known how it ended. */
  busy?: boolean;
}

const SIZES = { small: 'max-w-md', medium: 'max-w-2xl', large: 'max-w-5xl' } as const;

/** Where something can be typed or chosen, one begins there, and not on the cross. */
const FIELDS = ':is(input, textarea, select):not(:disabled)';

/** A conversation on top of the page: the focus stays inside, Escape leaves, and the focus returns to where it was. */
export function Dialog({ open, onOpenChange, title, about, children, footer, size = 'small', busy = false }: DialogProps) {
  const opener = useOpener(open);
  const body = useRef<HTMLDivElement>(null);
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        if (next || !busy) onOpenChange(next);
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          {...(about === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={(event) => {
            const field = body.current?.querySelector<HTMLElement>(FIELDS);
            if (field === undefined || field === null) return;
            event.preventDefault();
            field.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusAgain(opener);
          }}
          className={cn(
            'fixed top-[max(1rem,8vh)] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col rounded-xl border border-line bg-surface shadow-raised outline-none',
            SIZES[size],
          )}
        >
          <header className="flex items-start justify-between gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold wrap-anywhere">{title}</Radix.Title>
              {about !== undefined && <Radix.Description className="mt-1 text-sm text-muted">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button kind="quiet" size="small" aria-label="Close" disabled={busy} icon={<X size={16} aria-hidden />} />
            </Radix.Close>
          </header>
          <div ref={body} className="min-h-0 flex-1 overflow-y-auto px-5 py-2">
            {children}
          </div>
          {footer !== undefined && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What had the focus before it was opened: asked for before what is in it takes it. */
function useOpener(open: boolean): Element | null {
  const [opener, setOpener] = useState(() => (open ? document.activeElement : null));
  const [was, setWas] = useState(open);
  if (was !== open) {
    setWas(open);
    if (open) setOpener(document.activeElement);
  }
  return opener;
}
