import type { ComponentProps } from 'react';
import { cn } from './class-names.ts';

const BOX =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink placeholder:text-faint disabled:opacity-60 aria-invalid:border-bad';

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input type="text" autoComplete="off" className={cn(BOX, 'h-8.5', className)} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cn(BOX, 'py-1.5', className)} {...rest} />;
}

/** A choice of a few; the browser's own, which every keyboard, phone and screen reader knows. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={cn(BOX, 'h-8.5 pr-7', className)} {...rest} />;
}

/** A checkbox with its label, large enough to be hit. */
export function Checkbox({ label, className, ...rest }: ComponentProps<'input'> & { label: string }) {
  return (
    <label className={cn('inline-flex min-h-6 items-center gap-2', className)}>
      <input type="checkbox" className="size-4 accent-accent" {...rest} />
      <span>{label}</span>
    </label>
  );
}
