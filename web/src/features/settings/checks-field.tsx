import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import type { CheckForm } from './project-values.ts';

interface ChecksFieldProps {
  value: readonly CheckForm[];
  onChange(checks: CheckForm[]): void;
  disabled: boolean;
  error: string | null;
}

/** The commands that every change has to pass, run by Reeve itself. */
export function ChecksField({ value, onChange, disabled, error }: ChecksFieldProps) {
  const put = (index: number, change: Partial<CheckForm>): void =>
    onChange(value.map((check, at) => (at === index ? { ...check, ...change } : check)));
  return (
    <div className="flex flex-col gap-2">
      {value.length === 0 && <p className="text-sm text-muted">No check is set: whatever merges cleanly is taken to work.</p>}
      <ul aria-label="Checks" className="flex flex-col gap-2">
        {value.map((check, index) => (
          <li
            key={index}
            className="grid grid-cols-[1fr_auto] items-center gap-2 rounded-md bg-sunken p-2 sm:grid-cols-[9rem_1fr_5rem_auto] sm:bg-transparent sm:p-0"
          >
            <TextInput
              aria-label={`Name of check ${index + 1}`}
              placeholder="test"
              value={check.name}
              disabled={disabled}
              onChange={(event) => put(index, { name: event.target.value })}
            />
            <TextInput
              aria-label={`Command of check ${index + 1}`}
              placeholder="npm test"
              className="order-last col-span-2 font-mono text-sm sm:order-none sm:col-span-1"
              value={check.command}
              disabled={disabled}
              onChange={(event) => put(index, { command: event.target.value })}
            />
            <TextInput
              aria-label={`Seconds check ${index + 1} may take`}
              inputMode="numeric"
              className="order-last col-span-2 tnum sm:order-none sm:col-span-1"
              title="Seconds"
              value={check.timeout_s}
              disabled={disabled}
              onChange={(event) => put(index, { timeout_s: event.target.value })}
            />
            <Button
              kind="quiet"
              aria-label={`Remove check ${check.name || index + 1}`}
              icon={<Trash2 size={15} aria-hidden />}
              disabled={disabled}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
          </li>
        ))}
      </ul>
      {error !== null && (
        <p role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
      {!disabled && (
        <div>
          <Button
            size="small"
            icon={<Plus size={14} aria-hidden />}
            onClick={() => onChange([...value, { name: '', command: '', timeout_s: '600', coverage: '' }])}
          >
            Add a check
          </Button>
        </div>
      )}
    </div>
  );
}
