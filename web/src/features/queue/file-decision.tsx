import { useId, useMemo } from 'react';
import { RotateCcw } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import type { Decision } from './draft.ts';
import { hiddenLines, withoutHidden, type HiddenLine } from './hidden-lines.ts';
import { ThreeWayView } from './three-way-view.tsx';
import { compose, contestedCount, isCrlf, markerLines, type ConflictFile, type Pick } from './three-way.ts';
import { count } from './words.ts';

export interface FileDecisionProps {
  file: ConflictFile;
  target: string;
  decision: Decision | undefined;
  /** Undefined: it is not decided after all. Absent prop: only looked at. */
  onDecide?: ((decision: Decision | undefined) => void) | undefined;
}

/** One file in conflict: its three versions, the choice, and the text where it is edited. */
export function FileDecision({ file, target, decision, onDecide }: FileDecisionProps) {
  const picks = decision?.kind === 'edit' ? decision.picks : null;
  function pick(place: number, taken: Pick): void {
    const next = { ...picks, [place]: taken };
    onDecide?.(editOf(file, target, next));
  }
  const typed = decision?.kind === 'edit' && decision.picks === null;
  return (
    <div className="flex flex-col gap-4">
      {onDecide !== undefined && <Choices file={file} target={target} decision={decision} onDecide={onDecide} />}
      <ThreeWayView file={file} target={target} picks={picks} whole={wholeOf(decision)} onPick={onDecide === undefined || typed ? undefined : pick} />
      {onDecide !== undefined && decision?.kind === 'edit' && <Editor file={file} target={target} decision={decision} onDecide={onDecide} />}
    </div>
  );
}

/** The file with its contested places as picked, as the draft holds it. */
function editOf(file: ConflictFile, target: string, picks: Record<number, Pick>): Decision {
  return { kind: 'edit', text: compose(file, picks, target), picks, crlf: isCrlf(file.ours ?? file.theirs) };
}

/** The one side that is taken as it is, nothing of it or of both. */
function wholeOf(decision: Decision | undefined): 'ours' | 'theirs' | 'none' | null {
  if (decision === undefined || decision.kind === 'edit') return null;
  return decision.kind === 'delete' ? 'none' : decision.kind;
}

interface ChoicesProps {
  file: ConflictFile;
  target: string;
  decision: Decision | undefined;
  onDecide(decision: Decision | undefined): void;
}

function Choices({ file, target, decision, onDecide }: ChoicesProps) {
  const name = useId();
  const readable = Object.values(file.sides).every(({ shown }) => shown === 'text' || shown === 'absent');
  const options: ReadonlyArray<{ kind: Decision['kind']; label: string; about: string; make(): Decision }> = [
    {
      kind: 'ours',
      label: 'Ours',
      about: file.sides.ours.shown === 'absent' ? `The file stays deleted, as on ${target}` : `The whole file as ${target} has it`,
      make: () => ({ kind: 'ours' }),
    },
    {
      kind: 'theirs',
      label: 'Theirs',
      about: file.sides.theirs.shown === 'absent' ? 'The file is deleted, as submitted' : 'The whole file as it was submitted',
      make: () => ({ kind: 'theirs' }),
    },
    ...(readable
      ? [
          {
            kind: 'edit' as const,
            label: 'Edit',
            about: contestedCount(file) > 0 ? 'Both merged; you decide each contested place' : 'Write what it is to be',
            make: (): Decision => editOf(file, target, {}),
          },
        ]
      : []),
    { kind: 'delete', label: 'Delete', about: 'There is no such file afterwards', make: () => ({ kind: 'delete' }) },
  ];
  return (
    <fieldset>
      <legend className="sr-only">What becomes of {file.path}</legend>
      <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-4">
        {options.map(({ kind, label, about, make }) => (
          <label
            key={kind}
            className="flex min-h-12 cursor-pointer items-start gap-2.5 rounded-md border border-line bg-surface px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              checked={decision?.kind === kind}
              onChange={() => onDecide(make())}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className="block font-medium">{label}</span>
              <span className="block text-sm text-muted wrap-anywhere">{about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Editor({ file, target, decision, onDecide }: ChoicesProps & { decision: Extract<Decision, { kind: 'edit' }> }) {
  const id = useId();
  const left = useMemo(() => markerLines(decision.text), [decision.text]);
  const hidden = useMemo(() => hiddenLines(decision.text), [decision.text]);
  const rows = Math.min(28, Math.max(8, decision.text.split('\n').length + 1));
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          The file as it is to be
        </label>
        <Button size="small" kind="quiet" icon={<RotateCcw size={13} aria-hidden />} onClick={() => onDecide(editOf(file, target, {}))}>
          Begin again
        </Button>
      </div>
      <TextArea
        id={id}
        rows={rows}
        spellCheck={false}
        wrap="off"
        className="overflow-auto font-mono text-xs leading-5"
        value={decision.text}
        aria-describedby={`${id}-note`}
        onChange={(event) => onDecide({ ...decision, text: event.target.value, picks: null })}
      />
      <div id={`${id}-note`} aria-live="polite" className="text-sm">
        {left.length > 0 ? (
          <p className="text-warn">
            {count(left.length, 'marker line')} left, the first in line {left[0]}. Pick a side for each place above, or write it here.
          </p>
        ) : (
          <p className="text-muted">Every place is decided. The draft is kept in this browser until it is submitted.</p>
        )}
        {hidden.length > 0 && <Hidden lines={hidden} onRemove={() => onDecide({ ...decision, text: withoutHidden(decision.text), picks: null })} />}
      </div>
    </div>
  );
}

/** A field of text cannot show what nobody sees: where it is, and the way out. */
function Hidden({ lines, onRemove }: { lines: readonly HiddenLine[]; onRemove(): void }) {
  const named = lines.slice(0, 5).map(({ line, names }) => `line ${line}: ${names.join(', ')}`);
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-warn">
      <span>
        There are characters in it that nobody sees: {named.join('; ')}
        {lines.length > 5 && ` and in ${lines.length - 5} more lines`}.
      </span>
      <Button size="small" onClick={onRemove}>
        Take them out
      </Button>
    </p>
  );
}
