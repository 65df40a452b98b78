import { useNavigate } from '@tanstack/react-router';
import { Select } from '../../ui/text-input.tsx';
import { useCounts, useProjects } from './queries.ts';
import { ORDERS, RISKS, type InboxSearch } from './search.ts';

const ORDER_WORDS = { newest: 'newest first', risk: 'highest risk first' } as const;

/** Narrows the list; what is chosen is in the address. */
export function InboxFilters({ search }: { search: InboxSearch }) {
  const navigate = useNavigate({ from: '/approvals' });
  const { data: counts } = useCounts();
  const { data: projects } = useProjects();
  const set = (change: Partial<InboxSearch>): void =>
    void navigate({
      to: '.',
      search: (before) => Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined)),
    });
  const waiting = counts?.by_kind.map(({ kind }) => kind) ?? [];
  const kinds = [...new Set([...waiting, ...(search.kind === undefined ? [] : [search.kind])])].toSorted();
  const isDecided = search.show === 'decided';
  return (
    <div role="group" aria-label="Filters" className="grid grid-cols-2 gap-2">
      <Filter label="Kind" none="Every kind" value={search.kind} choices={kinds.map((kind) => [kind, kind])} onChoose={(kind) => set({ kind })} />
      <Filter
        label="Risk"
        none="Every risk"
        value={search.risk}
        choices={RISKS.map((risk) => [risk, `${risk} risk`])}
        onChoose={(chosen) => set({ risk: RISKS.find((risk) => risk === chosen) })}
      />
      <Filter
        label="Project"
        none="Every project"
        value={search.project}
        choices={(projects?.items ?? []).map(({ key, name }) => [key, name])}
        onChoose={(project) => set({ project })}
      />
      <Filter
        label="Order"
        none={isDecided ? 'newest first' : 'what runs out first'}
        value={isDecided ? undefined : search.order}
        choices={isDecided ? [] : ORDERS.map((order) => [order, ORDER_WORDS[order]])}
        disabled={isDecided}
        onChoose={(chosen) => set({ order: ORDERS.find((order) => order === chosen) })}
      />
    </div>
  );
}

interface FilterProps {
  label: string;
  /** While nothing is chosen. */
  none: string;
  value: string | undefined;
  choices: ReadonlyArray<readonly [value: string, label: string]>;
  disabled?: boolean;
  onChoose(value: string | undefined): void;
}

function Filter({ label, none, value, choices, disabled = false, onChoose }: FilterProps) {
  return (
    <Select
      className="h-7.5 text-sm"
      aria-label={label}
      disabled={disabled}
      value={value ?? ''}
      onChange={({ target }) => onChoose(target.value === '' ? undefined : target.value)}
    >
      <option value="">{none}</option>
      {choices.map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </Select>
  );
}
