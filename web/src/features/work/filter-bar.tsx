import { useEffect, useRef, useState, type RefObject } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Key } from '../../ui/key-hint.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { FilterMenu, type Choice } from './filter-menu.tsx';
import { agentsQuery, peopleQuery, projectsQuery, type Counts } from './queries.ts';
import { SORTS, toggled, valuesOf, type ListName, type Sort, type WorkSearch } from './search.ts';
import { priorityWord, wordOf } from './words.ts';

/** Typing waits so long for the next letter before it is looked for. */
const TYPING_MS = 250;

const NAMES: ReadonlyArray<readonly [name: Exclude<ListName, 'label'>, label: string]> = [
  ['state', 'State'],
  ['type', 'Type'],
  ['priority', 'Priority'],
  ['size', 'Size'],
  ['risk', 'Risk'],
];

const SORT_WORDS: Readonly<Record<Sort, string>> = { created: 'Newest first', updated: 'Last changed first', priority: 'Most urgent first' };

export interface FilterBarProps {
  search: WorkSearch;
  onChange(search: WorkSearch): void;
  counts: Counts | undefined;
  field: RefObject<HTMLInputElement | null>;
}

/** Words, filters with counts, and the order of the list. */
export function FilterBar({ search, onChange, counts, field }: FilterBarProps) {
  const isFiltered = Object.keys(search).some((name) => name !== 'sort' && name !== 'order');
  return (
    <div role="search" aria-label="Issues" className="flex flex-col gap-2 border-b border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField value={search.q ?? ''} onChange={(q) => onChange(without(search, 'q', q === '' ? {} : { q }))} field={field} />
        <Select
          aria-label="Order"
          className="w-auto min-w-40 max-sm:flex-1"
          value={search.sort ?? 'created'}
          onChange={({ target }) => onChange(without(search, 'sort', target.value === 'created' ? {} : { sort: target.value as Sort }))}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_WORDS[sort]}
            </option>
          ))}
        </Select>
      </div>
      <div className="-mx-3 flex items-center gap-1.5 px-3 py-0.5 max-sm:overflow-x-auto sm:flex-wrap">
        {NAMES.map(([name, label]) => (
          <FilterMenu
            key={name}
            name={label}
            choices={choicesOf(name, counts)}
            chosen={search[name] ?? []}
            onToggle={(value) => onChange(toggled(search, name, value))}
          />
        ))}
        <FilterMenu
          name="Label"
          choices={labelChoices(search, counts)}
          chosen={search.label ?? []}
          onToggle={(value) => onChange(toggled(search, 'label', value))}
        />
        <WorkerFilter search={search} onChange={onChange} />
        <ProjectFilter search={search} onChange={onChange} />
        <SinceFilter search={search} onChange={onChange} name="changed_since" verb="changed" />
        <SinceFilter search={search} onChange={onChange} name="ended_since" verb="ended" />
        {isFiltered && (
          <Button
            size="small"
            kind="quiet"
            icon={<X size={14} aria-hidden />}
            onClick={() => onChange(search.sort === undefined ? {} : { sort: search.sort })}
          >
            Clear
          </Button>
        )}
      </div>
    </div>
  );
}

interface SinceProps extends Pick<FilterBarProps, 'search' | 'onChange'> {
  name: 'changed_since' | 'ended_since';
  verb: string;
}

/** A moment comes with a link or a saved view; here it is only taken out. */
function SinceFilter({ search, onChange, name, verb }: SinceProps) {
  const since = search[name];
  if (since === undefined) return null;
  return (
    <Button
      size="small"
      aria-label={`Not only what ${verb} since ${exactTime(since)}`}
      icon={<X size={14} aria-hidden />}
      onClick={() => onChange(without(search, name, {}))}
    >
      {verb} since {exactTime(since)}
    </Button>
  );
}

/** The search with one member replaced by `more`. */
function without(search: WorkSearch, name: keyof WorkSearch, more: WorkSearch): WorkSearch {
  const { [name]: _gone, ...rest } = search;
  return { ...rest, ...more };
}

function choicesOf(name: Exclude<ListName, 'label'>, counts: Counts | undefined): Choice[] {
  const values = counts?.[name];
  return valuesOf(name).map((value) => ({
    value,
    label: name === 'priority' ? priorityWord(value) : wordOf(value),
    count: counts === undefined ? undefined : (values?.[value] ?? 0),
  }));
}

function labelChoices({ label = [] }: WorkSearch, counts: Counts | undefined): Choice[] {
  const found = Object.entries(counts?.label ?? {}).sort(([, a], [, b]) => b - a);
  const chosen = label.filter((one) => !found.some(([value]) => value === one)).map((value) => ({ value, label: value }));
  return [...chosen, ...found.map(([value, count]) => ({ value, label: value, count }))];
}

function WorkerFilter({ search, onChange }: Pick<FilterBarProps, 'search' | 'onChange'>) {
  const people = useQuery(peopleQuery);
  const agents = useQuery(agentsQuery);
  const choices: Choice[] = [
    { value: 'nobody', label: 'Nobody' },
    { value: 'agent', label: 'Any agent' },
    { value: 'person', label: 'Any person' },
    ...(agents.data ?? []).map(({ name }) => ({ value: `agent:${name}`, label: `${name} (agent)` })),
    ...(people.data ?? []).filter(({ active }) => active).map(({ handle, name }) => ({ value: `person:${handle}`, label: name })),
  ];
  return (
    <FilterMenu
      name="Who works"
      single
      choices={choices}
      chosen={search.worker === undefined ? [] : [search.worker]}
      onToggle={(worker) => onChange(without(search, 'worker', worker === search.worker ? {} : { worker }))}
    />
  );
}

function ProjectFilter({ search, onChange }: Pick<FilterBarProps, 'search' | 'onChange'>) {
  const projects = useQuery(projectsQuery);
  const choices = (projects.data ?? []).map(({ key, name }) => ({ value: key, label: name }));
  if (choices.length < 2 && search.project === undefined) return null;
  return (
    <FilterMenu
      name="Project"
      single
      choices={choices}
      chosen={search.project === undefined ? [] : [search.project]}
      onToggle={(project) => onChange(without(search, 'project', project === search.project ? {} : { project }))}
    />
  );
}

function SearchField({ value, onChange, field }: { value: string; onChange(q: string): void; field: RefObject<HTMLInputElement | null> }) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Set from elsewhere (a view, the way back): the field follows.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <div className="relative min-w-0 flex-1 basis-56">
      <Search size={15} aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
      <TextInput
        ref={field}
        type="search"
        aria-label="Search issues"
        placeholder="Search title, text or number"
        className="pr-9 pl-8"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 max-sm:hidden" aria-hidden>
        <Key>/</Key>
      </span>
    </div>
  );
}
