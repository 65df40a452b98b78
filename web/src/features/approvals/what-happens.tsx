import { useMemo } from 'react';
import { cn } from '../../ui/class-names.ts';
import { diffTexts } from '../../ui/diff-lines.ts';
import { DiffTable } from '../../ui/diff-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Details } from './queries.ts';
import { factsOf } from './words.ts';

type Part = Details['parts'][number];

/** Everything that would be sent or done, to the character. */
export function WhatHappens({ details: { approval, parts, undo } }: { details: Details }) {
  const { repo, forge, conditions } = factsOf(approval.record);
  const long = parts.filter(isLong);
  const short = parts.filter((part) => !isLong(part));
  return (
    <Panel title="What exactly will happen" aside={<code className="font-mono text-xs text-muted">{approval.kind}</code>}>
      <div className="flex flex-col gap-4">
        <dl className="grid grid-cols-[minmax(5rem,auto)_1fr] gap-x-4 gap-y-1.5 text-sm">
          <dt className="text-muted">Where</dt>
          <dd className="min-w-0 wrap-anywhere">
            <Untrusted inline text={repo} /> <span className="text-muted">({forge})</span>
          </dd>
          {short.map((part) => (
            <div key={part.path} className="contents">
              <dt className="text-muted">{part.label}</dt>
              <dd className={cn('min-w-0 wrap-anywhere', (part.form === 'commit' || part.form === 'branch') && 'font-mono text-xs leading-5')}>
                {part.form === 'list' ? <Items items={part.items} /> : <Untrusted inline text={part.text} />}
              </dd>
            </div>
          ))}
          {conditions.map((condition) => (
            <div key={condition} className="contents">
              <dt className="text-muted">Only if</dt>
              <dd className="min-w-0 wrap-anywhere">{condition}</dd>
            </div>
          ))}
          <dt className="text-muted">Taking back</dt>
          <dd className="min-w-0 wrap-anywhere">{undo.told}</dd>
        </dl>
        {long.map((part) => (
          <LongText key={part.path} part={part} />
        ))}
      </div>
    </Panel>
  );
}

const isLong = ({ form, text, items, before }: Part): boolean =>
  before !== null || form === 'markdown' || form === 'text' || form === 'json' || text.length > 120 || items.length > 4;

function Items({ items }: { items: readonly string[] }) {
  return (
    <ul className="flex flex-wrap gap-1">
      {items.map((item) => (
        <li key={item} className="rounded bg-sunken px-1.5">
          <Untrusted inline text={item} />
        </li>
      ))}
    </ul>
  );
}

const WORDS = { markdown: 'as Markdown', json: 'as JSON', text: 'as plain text', line: '', list: '', commit: '', branch: '' } as const;

function LongText({ part }: { part: Part }) {
  const note = part.only_shown ? 'shown to you, sent nowhere' : part.before === null ? WORDS[part.form] : 'beside what it replaces';
  return (
    <section aria-label={part.label}>
      <h3 className="mb-1 flex flex-wrap items-baseline gap-x-2 text-sm font-medium">
        {part.label} <span className="text-xs font-normal text-muted">{note}</span>
      </h3>
      <div
        className="max-h-[32rem] overflow-y-auto rounded-md border border-line bg-sunken"
        tabIndex={0}
        role="group"
        aria-label={`${part.label}, in full`}
      >
        {part.before === null ? <Whole part={part} /> : <Compared part={part} before={part.before} />}
      </div>
    </section>
  );
}

function Whole({ part }: { part: Part }) {
  if (part.form === 'list')
    return (
      <ol className="list-decimal py-2 pr-3 pl-8 text-sm">
        {part.items.map((item, nr) => (
          <li key={nr} className="py-0.5">
            <Untrusted inline text={item} />
          </li>
        ))}
      </ol>
    );
  return <Untrusted text={part.text} className={cn('px-3 py-2 text-sm', part.form !== 'line' && 'font-mono text-xs leading-5')} />;
}

function Compared({ part, before }: { part: Part; before: string }) {
  const hunks = useMemo(() => diffTexts(before, part.text), [before, part.text]);
  if (hunks.length === 0) return <p className="px-3 py-2 text-sm text-muted">It is the same text.</p>;
  return <DiffTable hunks={hunks} mode="unified" label={`${part.label}: what changes`} />;
}
