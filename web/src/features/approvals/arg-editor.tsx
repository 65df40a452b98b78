import { Field } from '../../ui/field.tsx';
import { hasHidden } from '../../ui/hidden-characters.ts';
import { Checkbox, Select, TextArea, TextInput } from '../../ui/text-input.tsx';
import type { ArgField } from './args-fields.ts';

interface ArgEditorProps {
  field: ArgField;
  label: string;
  value: string;
  problem: string | null;
  onChange(value: string): void;
}

/** One argument as a form control of its kind. */
export function ArgEditor({ field, label: name, value, problem, onChange }: ArgEditorProps) {
  const label = `${name}${field.required ? '' : ' (optional)'}`;
  if (field.form === 'flag') return <Checkbox label={name} checked={value === 'true'} onChange={({ target }) => onChange(String(target.checked))} />;
  const hint = hintOf(field, value);
  return (
    <Field label={label} error={problem} {...(hint === null ? {} : { hint })}>
      {field.form === 'choice' ? (
        <Select value={value} onChange={({ target }) => onChange(target.value)}>
          {!field.required && <option value="">none</option>}
          {field.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice.replaceAll('_', ' ')}
            </option>
          ))}
        </Select>
      ) : field.form === 'line' || field.form === 'number' ? (
        <TextInput value={value} inputMode={field.form === 'number' ? 'decimal' : 'text'} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <TextArea
          value={value}
          rows={field.form === 'lines' ? 10 : 4}
          spellCheck={field.form === 'lines'}
          className={field.form === 'lines' ? '' : 'font-mono text-sm'}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

function hintOf({ form }: ArgField, value: string): string | null {
  const hides = hasHidden(value) ? 'It holds characters that nobody can see; the server takes them out.' : null;
  const shape = form === 'list' ? 'One on each line.' : form === 'json' ? 'As JSON.' : null;
  return [shape, hides].filter((part) => part !== null).join(' ') || null;
}
