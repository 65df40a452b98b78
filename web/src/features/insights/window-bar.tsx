import type { ReactNode } from 'react';
import { cn } from '../../ui/class-names.ts';
import { Field } from '../../ui/field.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { useProjects } from './queries.ts';
import { SPANS, USUAL_DAYS, type MetricSearch } from './search.ts';

const WORDS: Readonly<Record<(typeof SPANS)[number], string>> = { 7: '7 days', 30: '30 days', 90: '90 days', 365: 'a year' };

/** Which figures are looked at: project and period. `children`: more fields of a page. */
export function WindowBar({ search, onChange, children }: { search: MetricSearch; onChange(change: MetricSearch): void; children?: ReactNode }) {
  const projects = useProjects();
  const chosen = search.from === undefined && search.to === undefined ? (search.days ?? USUAL_DAYS) : null;
  return (
    <section aria-label="Which figures" className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-2">
      <Field label="Project" className="w-44">
        <Select value={search.project ?? ''} onChange={(event) => onChange({ project: event.target.value || undefined })}>
          <option value="">All projects</option>
          {(projects.data ?? []).map(({ id, key, name }) => (
            <option key={id} value={key}>
              {name}
            </option>
          ))}
          {search.project !== undefined && !(projects.data ?? []).some(({ key }) => key === search.project) && <option>{search.project}</option>}
        </Select>
      </Field>
      <div role="group" aria-label="Period up to now" className="flex overflow-hidden rounded-md border border-line-strong">
        {SPANS.map((days) => (
          <button
            key={days}
            type="button"
            aria-pressed={chosen === days}
            onClick={() => onChange({ days: days === USUAL_DAYS ? undefined : days, from: undefined, to: undefined })}
            className={cn(
              'min-h-8 border-l border-line px-3 text-sm first:border-0 focus-visible:-outline-offset-2',
              chosen === days ? 'bg-accent font-medium text-accent-ink' : 'bg-surface hover:bg-hover',
            )}
          >
            {WORDS[days]}
          </button>
        ))}
      </div>
      <Field label="From (UTC)" className="w-40">
        <TextInput type="date" value={search.from ?? ''} max={search.to} onChange={(event) => onChange({ from: event.target.value || undefined })} />
      </Field>
      <Field label="To and with" className="w-40">
        <TextInput type="date" value={search.to ?? ''} min={search.from} onChange={(event) => onChange({ to: event.target.value || undefined })} />
      </Field>
      {children}
    </section>
  );
}
