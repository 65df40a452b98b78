import type { ComponentProps, ReactNode } from 'react';
import { Slot } from 'radix-ui';
import { cn } from './class-names.ts';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

const KINDS: Readonly<Record<ButtonKind, string>> = {
  primary: 'border-transparent bg-accent text-accent-ink hover:bg-accent-hover',
  plain: 'border-line bg-surface text-ink hover:bg-hover',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-ink',
  danger: 'border-transparent bg-bad-soft text-bad hover:bg-bad hover:text-surface',
};

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: ButtonKind;
  size?: 'small' | 'medium';
  /** Before the label; decoration only. */
  icon?: ReactNode;
  /** Something is under way: no second press, and screen readers hear it. */
  busy?: boolean;
  /** Look like a button, be the child (a link). */
  asChild?: boolean;
}

/** A button; with `asChild` a link that looks like one. Icon alone: give `aria-label`. */
export function Button({ kind = 'plain', size = 'medium', icon, busy = false, asChild = false, className, children, onClick, ...rest }: ButtonProps) {
  const classes = cn(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
    size === 'small' ? 'min-h-7 px-2 text-sm' : 'min-h-8.5 px-3 text-base',
    children === undefined && (size === 'small' ? 'min-w-7 px-1' : 'min-w-8.5 px-2'),
    KINDS[kind],
    className,
  );
  if (asChild) return <Slot.Root className={classes}>{children}</Slot.Root>;
  return (
    // Not `disabled` while busy: that would take the focus away from whoever pressed it, for good.
    <button
      type="button"
      className={classes}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}
