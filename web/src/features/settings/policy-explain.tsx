import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { api, read, type Body } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { Explanation } from './policy-explanation.tsx';
import { toFacts, toFields } from './policy-words.ts';
import { policyQuestionsQuery, vocabularyQuery, type Vocabulary } from './queries.ts';

interface FactField {
  name: string;
  value: string;
}

/** Asks what the rules say about one action, and why. `tried`: the draft; null: what is in force. */
export function PolicyExplain({ tried }: { tried: string | null }) {
  const navigate = useNavigate();
  const { kind = '' } = useSearch({ strict: false });
  const { data: words } = useQuery(vocabularyQuery);
  const [typed, setFields] = useState<FactField[] | null>(null);
  const fields = typed ?? startOf(words, kind);
  const [args, setArgs] = useState<unknown>(null);
  const explain = useMutation({ mutationFn: (body: Body<'/v1/policy/explain', 'post'>) => read(api.POST('/v1/policy/explain', { body })) });
  function choose(next: string): void {
    explain.reset();
    setArgs(null);
    setFields(null);
    void navigate({
      to: '/settings/$section',
      params: { section: 'policy' },
      search: (before) => ({ ...before, tab: 'explain', kind: next }),
      replace: true,
      ignoreBlocker: true,
    });
  }
  function take(facts: Readonly<Record<string, unknown>>): void {
    const { args: kept, action: _, ...rest } = facts;
    setArgs(kept ?? null);
    setFields(toFields(rest));
  }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title={tried === null ? 'Ask the rules in force' : 'Ask your draft'}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const facts = { ...toFacts(fields), ...(args === null ? {} : { args }) };
            explain.mutate({ action_kind: kind, facts: facts as never, text: tried });
          }}
        >
          <Kinds words={words} kind={kind} onChoose={choose} />
          {kind !== '' && <Recorded kind={kind} onTake={take} />}
          {kind !== '' && <FactFields fields={fields} words={words} onChange={setFields} />}
          <div>
            <Button kind="primary" type="submit" busy={explain.isPending} disabled={kind === ''}>
              Explain
            </Button>
          </div>
        </form>
      </Panel>
      <div aria-live="polite" className="min-w-0">
        {explain.error !== null && <ProblemNote error={explain.error} />}
        {explain.data !== undefined && <Explanation explained={explain.data} kind={kind} />}
      </div>
    </div>
  );
}

function Kinds({ words, kind, onChoose }: { words: Vocabulary | undefined; kind: string; onChoose(kind: string): void }) {
  return (
    <Field label="Action">
      <Select value={kind} onChange={(event) => onChoose(event.target.value)}>
        <option value="">Choose a kind</option>
        {words?.action_kinds.map((one) => (
          <option key={one.kind} value={one.kind}>
            {one.kind}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** The facts of a kind that the rules most often look at, empty. */
function startOf(words: Vocabulary | undefined, kind: string): FactField[] {
  const common = ['plan.approved', 'work.risk', 'repo.tier', 'channel.public'];
  const fits = (kinds: readonly string[] | null): boolean =>
    kinds?.some((one) => one === kind || (one.endsWith('*') && kind.startsWith(one.slice(0, -1)))) === true;
  const named = words?.facts.filter(({ name, kinds }) => common.includes(name) || fits(kinds)) ?? [];
  return named.map(({ name }) => ({ name, value: '' }));
}

/** Questions of that kind that were really asked. */
function Recorded({ kind, onTake }: { kind: string; onTake(facts: Readonly<Record<string, unknown>>): void }) {
  const { data } = useQuery(policyQuestionsQuery(kind));
  if (data === undefined || data.items.length === 0)
    return <p className="text-sm text-muted">No action of this kind was decided yet: fill in what is asked about.</p>;
  return (
    <Field label="Take the facts of a decision that was made">
      <Select
        value=""
        onChange={(event) => {
          const found = data.items.find(({ action_id: id }) => id === event.target.value);
          if (found !== undefined) onTake(found.facts as Record<string, unknown>);
        }}
      >
        <option value="">Choose one</option>
        {data.items.map(({ action_id: id, decided_at: at, facts }) => (
          <option key={id} value={id}>
            {exactTime(at)} {whereOf(facts as Record<string, unknown>)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function whereOf(facts: Readonly<Record<string, unknown>>): string {
  const { repo, number } = (facts['target'] ?? {}) as { repo?: unknown; number?: unknown };
  return [typeof repo === 'string' ? repo : null, typeof number === 'number' ? `#${number}` : null].filter((part) => part !== null).join(' ');
}

function FactFields({
  fields,
  words,
  onChange,
}: {
  fields: readonly FactField[];
  words: Vocabulary | undefined;
  onChange(fields: FactField[]): void;
}) {
  const put = (index: number, change: Partial<FactField>): void =>
    onChange(fields.map((field, at) => (at === index ? { ...field, ...change } : field)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Facts</legend>
      <p className="text-sm text-muted">
        What is left empty is not there: a condition that needs it then denies, and a limit that needs it counts as not kept, so that a person
        decides.
      </p>
      <datalist id="policy-facts">
        {words?.facts.map(({ name, description }) => (
          <option key={name} value={name}>
            {description}
          </option>
        ))}
      </datalist>
      {fields.map((field, index) => (
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-2">
          <TextInput
            aria-label={`Name of fact ${index + 1}`}
            list="policy-facts"
            className="font-mono text-sm"
            value={field.name}
            onChange={(event) => put(index, { name: event.target.value })}
          />
          <TextInput
            aria-label={field.name === '' ? `Value of fact ${index + 1}` : field.name}
            placeholder={words?.facts.find(({ name }) => name === field.name)?.type ?? ''}
            className="font-mono text-sm"
            value={field.value}
            onChange={(event) => put(index, { value: event.target.value })}
          />
          <Button
            kind="quiet"
            aria-label={`Remove fact ${field.name || index + 1}`}
            icon={<Trash2 size={15} aria-hidden />}
            onClick={() => onChange(fields.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button size="small" icon={<Plus size={14} aria-hidden />} onClick={() => onChange([...fields, { name: '', value: '' }])}>
          Add a fact
        </Button>
      </div>
    </fieldset>
  );
}
