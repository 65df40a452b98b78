import { useId, useState, type FormEvent } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { CommitInput } from '../../ui/commit-input.tsx';
import { Field } from '../../ui/field.tsx';
import { FieldGrid } from '../../ui/field-grid.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { useEntryCount, useNames, type LedgerState } from './queries.ts';
import { isNarrowed, readTyped, typedOf, type LedgerSearch } from './search.ts';

/** What the list is narrowed to. Everything stands in the address, so a search is a link. */
export function FilterBar({ search, state }: { search: LedgerSearch; state: LedgerState | undefined }) {
  const navigate = useNavigate();
  const { people, projects, models } = useNames();
  const set = (change: LedgerSearch) => void navigate({ to: '/ledger', search: { ...search, start: undefined, ...change }, replace: true });
  const modelList = useId();
  return (
    <section aria-label="Search the ledger" className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-panel">
      <TypedSearch key={typedOf(search)} search={search} state={state} onSearch={set} />
      <FieldGrid>
        <Field label="Person">
          <Select value={search.person ?? ''} onChange={(event) => set({ person: event.target.value || undefined })}>
            <option value="">Anybody</option>
            {namesWith(people, search.person).map((handle) => (
              <option key={handle}>{handle}</option>
            ))}
          </Select>
        </Field>
        <Field label="Project">
          <Select value={search.project ?? ''} onChange={(event) => set({ project: event.target.value || undefined })}>
            <option value="">All projects</option>
            {projects.map(({ id, key, name }) => (
              <option key={id} value={key}>
                {name}
              </option>
            ))}
            {search.project !== undefined && !projects.some(({ key }) => key === search.project) && <option>{search.project}</option>}
          </Select>
        </Field>
        <Field label="Model, or model@version">
          <CommitInput value={search.model ?? ''} list={modelList} placeholder="Any" onCommit={(text) => set({ model: text || undefined })} />
        </Field>
        <datalist id={modelList}>
          {models.map((model) => (
            <option key={model} value={model}>
              {model}
            </option>
          ))}
        </datalist>
        <Field label="From (UTC)">
          <TextInput type="date" value={search.from ?? ''} max={search.to} onChange={(event) => set({ from: event.target.value || undefined })} />
        </Field>
        <Field label="To and with">
          <TextInput type="date" value={search.to ?? ''} min={search.from} onChange={(event) => set({ to: event.target.value || undefined })} />
        </Field>
      </FieldGrid>
      <Found search={search} />
    </section>
  );
}

/** A name that is not offered (somebody who was removed) stays chosen. */
const namesWith = (names: readonly string[], chosen: string | undefined): string[] =>
  chosen === undefined || names.includes(chosen) ? [...names] : [...names, chosen];

function TypedSearch({ search, state, onSearch }: { search: LedgerSearch; state: LedgerState | undefined; onSearch(change: LedgerSearch): void }) {
  const navigate = useNavigate();
  const [text, setText] = useState(typedOf(search));
  const kinds = useId();
  function submit(event: FormEvent): void {
    event.preventDefault();
    const typed = readTyped(text);
    if ('entry' in typed) void navigate({ to: '/ledger/$seq', params: { seq: String(typed.entry) } });
    else onSearch({ kind: undefined, actor: undefined, mentions: undefined, ...typed });
  }
  return (
    <form role="search" onSubmit={submit} className="flex items-end gap-2">
      <Field label="Kind, id, actor, or number of an entry" className="min-w-0 flex-1">
        <TextInput
          type="search"
          value={text}
          list={kinds}
          placeholder="approval.*, act_01…, person:ann, 1204"
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <datalist id={kinds}>
        {[...(state?.kinds ?? []), ...(state?.actors ?? [])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
      <Button type="submit" icon={<Search size={16} aria-hidden />}>
        Search
      </Button>
    </form>
  );
}

/** How many entries fit, honest about where counting ended. */
function Found({ search }: { search: LedgerSearch }) {
  const { data } = useEntryCount(search);
  const names = chosenOf(search);
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-2 text-sm text-muted">
      <span role="status" className="tnum">
        {data === undefined ? 'Counting…' : foundText(data)}
      </span>
      {names.map(([name, text, change]) => (
        <ChipLink key={name} search={{ ...search, ...change }} label={`${name}: ${text}`} />
      ))}
      {isNarrowed(search) && <ChipLink search={{}} label="Show everything" quiet />}
    </div>
  );
}

export const foundText = ({ count, capped }: { count: number; capped: boolean }): string => {
  if (capped) return `More than ${count.toLocaleString('en')} entries fit`;
  return count === 1 ? '1 entry fits' : `${count.toLocaleString('en')} entries fit`;
};

/** What is narrowed by and has no field of its own. */
function chosenOf(search: LedgerSearch): Array<[name: string, text: string, without: LedgerSearch]> {
  return search.pull === undefined ? [] : [['Pull request', search.pull, { pull: undefined }]];
}

function ChipLink({ search, label, quiet = false }: { search: LedgerSearch; label: string; quiet?: boolean }) {
  const navigate = useNavigate();
  return (
    <Button size="small" kind={quiet ? 'quiet' : 'plain'} icon={<X size={13} aria-hidden />} onClick={() => void navigate({ to: '/ledger', search })}>
      {label}
    </Button>
  );
}
