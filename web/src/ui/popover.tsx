import { useRef, type ReactElement, type ReactNode } from 'react';
import { Popover as Radix } from 'radix-ui';

/** Something small beside what opened it (the child, a button): choices, a short form. Escape and a press elsewhere close it. */
export function Popover({
  children,
  content,
  label,
  open,
  onOpenChange,
  align = 'start',
  manual = false,
}: {
  children: ReactElement;
  content: ReactNode;
  /** Names it for screen readers. */
  label: string;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  align?: 'start' | 'end';
  /** It is opened by what follows a press, not by the press: the child stays an ordinary button. */
  manual?: boolean;
}) {
  const opener = useRef<HTMLButtonElement & HTMLDivElement>(null);
  const Opener = manual ? Radix.Anchor : Radix.Trigger;
  const controlled = open === undefined ? {} : { open };
  return (
    <Radix.Root {...controlled} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Opener asChild ref={opener}>
        {children}
      </Opener>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (!manual) return;
            event.preventDefault();
            // Who pressed elsewhere stays there.
            if (document.activeElement === document.body) opener.current?.focus();
          }}
          className="z-50 max-h-[min(26rem,70vh)] w-64 max-w-[calc(100vw-1.5rem)] overflow-y-auto rounded-lg border border-line bg-surface p-1.5 shadow-raised outline-none"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
