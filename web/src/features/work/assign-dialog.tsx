import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/text-input.tsx';
import { agentsQuery, peopleQuery } from './queries.ts';

/** Gives an issue or a task to somebody else: people and agents in one list. */
export function AssignDialog({
  what,
  assignee,
  onOpenChange,
  onAssign,
  children,
}: {
  what: string;
  assignee: string | null;
  onOpenChange(open: boolean): void;
  onAssign(assignee: string | null): Promise<unknown>;
  /** Who fits, and why. */
  children?: ReactNode;
}) {
  const people = useQuery(peopleQuery);
  const agents = useQuery(agentsQuery);
  const [who, setWho] = useState(assignee ?? '');
  return (
    <ConfirmDialog
      open
      onOpenChange={onOpenChange}
      title="Reassign"
      about={`Who does ${what}?`}
      confirm="Assign"
      onConfirm={() => onAssign(who === '' ? null : who)}
    >
      <Field label="Who does it">
        <Select value={who} onChange={({ target }) => setWho(target.value)}>
          <option value="">Nobody</option>
          <optgroup label="Agents">
            {(agents.data ?? []).map(({ name }) => (
              <option key={name} value={`agent:${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
          <optgroup label="People">
            {(people.data ?? [])
              .filter(({ active }) => active)
              .map(({ handle, name }) => (
                <option key={handle} value={`person:${handle}`}>
                  {name}
                </option>
              ))}
          </optgroup>
        </Select>
      </Field>
      {children}
    </ConfirmDialog>
  );
}
