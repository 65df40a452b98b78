import type { ReactElement, ReactNode } from 'react';
import { Popover as Radix } from 'radix-ui';

/** Something small beside what opened it (the child, a button): choices, a short form. Escape and a press elsewhere close it. */
export function Popover({
  children,
  content,
  label,
  open,
  onOpenChange,
  align = 'start',
}: {
  children: ReactElement;
  content: ReactNode;
  /** Names it for screen readers. */
  label: string;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  align?: 'start' | 'end';
}) {
  const controlled = open === undefined ? {} : { open };
  return (
    <Radix.Root {...controlled} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[min(26rem,70vh)] w-64 max-w-[calc(100vw-1.5rem)] overflow-y-auto rounded-lg border border-line bg-surface p-1.5 shadow-raised outline-none"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
