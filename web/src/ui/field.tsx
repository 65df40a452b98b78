import { Children, cloneElement, isValidElement, useId, type ReactElement, type ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface FieldProps {
  label: ReactNode;
  /** Below the label: what belongs here, units, examples. */
  hint?: ReactNode;
  /** What is wrong with what is there; read out and tied to the field. */
  error?: string | null;
  /** One form control that takes `id`, `aria-describedby`, `aria-invalid`. */
  children: ReactElement<{ id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;
  className?: string;
}

/** A form control with its label, hint and error, tied together for everybody. */
export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId();
  const described = [hint === undefined ? null : `${id}-hint`, error ? `${id}-error` : null].filter((part) => part !== null).join(' ');
  const control = Children.only(children);
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {isValidElement(control) &&
        cloneElement(control, { id, ...(described === '' ? {} : { 'aria-describedby': described }), ...(error ? { 'aria-invalid': true } : {}) })}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-sm text-bad">
          {error}
        </p>
      ) : null}
    </div>
  );
}
