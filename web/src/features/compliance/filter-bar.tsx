import { useId } from 'react';
import { X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { CommitInput } from '../../ui/commit-input.tsx';
import { Field } from '../../ui/field.tsx';
import { FieldGrid } from '../../ui/field-grid.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { useNames } from './queries.ts';
import { FLAGS, type RecordSearch } from './search.ts';

/** What the records are narrowed to. Everything stands in the address, so a search is a link. */
export function FilterBar({ search, onChange }: { search: RecordSearch; onChange(change: RecordSearch): void }) {
  const { people, projects, models } = useNames();
  const [personList, modelList] = [useId(), useId()];
  return (
    <section aria-label="Search the records" className="rounded-lg border border-line bg-surface p-3 shadow-panel">
      <FieldGrid>
        <Field label="Project">
          <Select value={search.project ?? ''} onChange={(event) => onChange({ project: event.target.value || undefined })}>
            <option value="">All projects</option>
            {projects.map(({ id, key, name }) => (
              <option key={id} value={key}>
                {name}
              </option>
            ))}
            {search.project !== undefined && !projects.some(({ key }) => key === search.project) && <option>{search.project}</option>}
          </Select>
        </Field>
        <Field label="Person or agent">
          <CommitInput
            value={search.person ?? ''}
            list={personList}
            placeholder="Anybody"
            onCommit={(text) => onChange({ person: text || undefined })}
          />
        </Field>
        <Field label="Model, or model@version">
          <CommitInput value={search.model ?? ''} list={modelList} placeholder="Any" onCommit={(text) => onChange({ model: text || undefined })} />
        </Field>
        <Field label="Kind">
          <Select value={search.kind ?? ''} onChange={(event) => onChange({ kind: (event.target.value || undefined) as RecordSearch['kind'] })}>
            <option value="">All changes</option>
            <option value="pull_request">Merged pull requests</option>
            <option value="landing">Landed by the queue</option>
          </Select>
        </Field>
        <Field label="From (UTC)">
          <TextInput
            type="date"
            value={search.from ?? ''}
            max={search.to}
            onChange={(event) => onChange({ from: event.target.value || undefined })}
          />
        </Field>
        <Field label="To and with">
          <TextInput type="date" value={search.to ?? ''} min={search.from} onChange={(event) => onChange({ to: event.target.value || undefined })} />
        </Field>
      </FieldGrid>
      <datalist id={personList}>
        {people.map((handle) => (
          <option key={handle} value={handle}>
            {handle}
          </option>
        ))}
      </datalist>
      <datalist id={modelList}>
        {models.map((model) => (
          <option key={model} value={model}>
            {model}
          </option>
        ))}
      </datalist>
      <Chosen search={search} onChange={onChange} />
    </section>
  );
}

/** What is narrowed by and has no field of its own, each to be taken away. */
function Chosen({ search, onChange }: { search: RecordSearch; onChange(change: RecordSearch): void }) {
  const chosen: Array<[label: string, without: RecordSearch]> = [];
  if (search.flag !== undefined) chosen.push([FLAGS[search.flag].word, { flag: undefined }]);
  if (search.pull !== undefined) chosen.push(['One pull request', { pull: undefined }]);
  if (search.work_item !== undefined) chosen.push(['One issue', { work_item: undefined }]);
  if (chosen.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {chosen.map(([label, without]) => (
        <Button key={label} size="small" icon={<X size={13} aria-hidden />} onClick={() => onChange(without)}>
          {label}
        </Button>
      ))}
    </div>
  );
}
