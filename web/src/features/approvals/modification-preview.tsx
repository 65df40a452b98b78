import { diffTexts } from '../../ui/diff-lines.ts';
import { DiffTable } from '../../ui/diff-table.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import type { Preview } from './queries.ts';
import { foreseenOf } from './words.ts';

interface ModificationPreviewProps {
  before: Readonly<Record<string, unknown>>;
  changed: boolean;
  preview: Preview | undefined;
  /** What is wrong with the arguments as a whole. */
  problem: string | null;
  error: unknown;
}

/** What would leave instead, beside what would leave now, and who would decide about it. */
export function ModificationPreview({ before, changed, preview, problem, error }: ModificationPreviewProps) {
  return (
    <section aria-label="What would change" aria-live="polite" className="flex min-w-0 flex-col gap-3 text-sm">
      <h3 className="font-medium">What would change</h3>
      {!changed && <p className="text-muted">Nothing yet.</p>}
      {changed && problem !== null && <p className="text-bad">{problem}</p>}
      {changed && error !== null && <ProblemNote error={error} />}
      {changed && preview?.ok === true && preview.args !== null && (
        <>
          <Differences before={before} after={preview.args} />
          {preview.decision !== null && <DecidedBy decision={preview.decision} />}
        </>
      )}
      {changed && preview?.ok === false && <p className="text-muted">It cannot be proposed like this.</p>}
    </section>
  );
}

function Differences({ before, after }: { before: Readonly<Record<string, unknown>>; after: Readonly<Record<string, unknown>> }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => textOf(before[name]) !== textOf(after[name]));
  if (names.length === 0) return <p className="text-muted">Nothing: what would leave is the same.</p>;
  return names.map((name) => (
    <div key={name}>
      <h4 className="mb-1 font-mono text-xs text-muted">{name}</h4>
      <div className="overflow-hidden rounded-md border border-line">
        <DiffTable hunks={diffTexts(textOf(before[name]), textOf(after[name]))} mode="unified" label={`Changes of ${name}`} />
      </div>
    </div>
  ));
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join('\n') : JSON.stringify(value, null, 2);
}

function DecidedBy({ decision }: { decision: NonNullable<Preview['decision']> }) {
  const { text, warns } = foreseenOf(decision);
  return <p className={warns ? 'rounded-md bg-warn-soft px-3 py-2 text-warn' : 'text-muted'}>{text}</p>;
}
