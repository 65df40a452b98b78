import { useMemo, useState } from 'react';
import { ChevronsUpDown } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { blocksOf, type Block, type Cell, type ConflictFile, type Pick, type SideName } from './three-way.ts';
import { byteWords, count } from './words.ts';

export interface ThreeWayProps {
  file: ConflictFile;
  target: string;
  /** How contested places were picked; null: nothing is picked here. */
  picks: Readonly<Record<number, Pick>> | null;
  /** One side is taken as it is, or none: what the others changed is not. Null: place by place. */
  whole?: 'ours' | 'theirs' | 'none' | null;
  onPick?: ((place: number, pick: Pick) => void) | undefined;
}

const SIDES: readonly SideName[] = ['base', 'ours', 'theirs'];

/** What each side is called, with what it is. */
export const SIDE_WORDS: Readonly<Record<SideName, { name: string; about(target: string): string }>> = {
  base: { name: 'Before', about: () => 'what both began with' },
  ours: { name: 'Ours', about: (target) => `what ${target} has now` },
  theirs: { name: 'Theirs', about: () => 'what was submitted' },
};

/** The three versions of a file set against each other: side by side where there is room, one at a time where there is not. */
export function ThreeWayView({ file, target, picks, whole = null, onPick }: ThreeWayProps) {
  const [side, setSide] = useState<SideName>('theirs');
  const blocks = useMemo(() => blocksOf(file), [file]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  if (file.stretches === null) return <Uncompared file={file} target={target} />;
  return (
    <div>
      <div role="group" aria-label="Version that is shown" className="mb-2 flex gap-1 lg:hidden">
        {SIDES.map((one) => (
          <Button key={one} size="small" kind={one === side ? 'primary' : 'plain'} aria-pressed={one === side} onClick={() => setSide(one)}>
            {SIDE_WORDS[one].name}
          </Button>
        ))}
      </div>
      <div className="overflow-hidden rounded-md border border-line">
        <Heads file={file} target={target} side={side} />
        <div tabIndex={0} role="group" aria-label={`Versions of ${file.path}`} className="max-h-[70vh] overflow-auto font-mono text-xs leading-5">
          {blocks.map((block, at) =>
            block.folded && !opened.has(at) ? (
              <button
                key={at}
                type="button"
                onClick={() => setOpened(new Set([...opened, at]))}
                className="flex min-h-7 w-full items-center justify-center gap-1.5 border-y border-line bg-sunken font-sans text-muted hover:bg-hover first:border-t-0"
              >
                <ChevronsUpDown size={12} aria-hidden />
                {count(block.rows.length, 'line')} alike in all
              </button>
            ) : (
              <BlockView
                key={at}
                block={block}
                side={side}
                taken={{ picked: block.contested === null ? undefined : picks?.[block.contested], whole }}
                onPick={onPick}
              />
            ),
          )}
        </div>
      </div>
    </div>
  );
}

function Heads({ file, target, side }: { file: ConflictFile; target: string; side: SideName }) {
  return (
    <div className="grid border-b border-line bg-sunken text-sm lg:grid-cols-3">
      {SIDES.map((one) => (
        <div key={one} className={cn('min-w-0 px-3 py-1.5 lg:block lg:not-first:border-l lg:border-line', one !== side && 'hidden')}>
          <span className="font-medium">{SIDE_WORDS[one].name}</span> <span className="text-muted">{about(file, one, target)}</span>
        </div>
      ))}
    </div>
  );
}

function about(file: ConflictFile, side: SideName, target: string): string {
  return file.sides[side].shown === 'absent' ? (side === 'base' ? 'there was no file' : 'the file is deleted here') : SIDE_WORDS[side].about(target);
}

/** What of a block goes into the result. */
interface Taken {
  picked: Pick | undefined;
  whole: 'ours' | 'theirs' | 'none' | null;
}

function BlockView({ block, side, taken, onPick }: { block: Block; side: SideName; taken: Taken; onPick: ThreeWayProps['onPick'] }) {
  const place = block.contested;
  return (
    <div
      className={cn(place !== null && 'border-y-2 border-warn/50')}
      {...(place === null ? {} : { role: 'group', 'aria-label': `Contested place ${place + 1}` })}
    >
      {place !== null && (
        <div className="flex flex-wrap items-center justify-between gap-2 bg-warn-soft px-2 py-1 font-sans text-sm text-warn">
          <span>Both changed this, place {place + 1}</span>
          {onPick !== undefined && <PickButtons place={place} picked={taken.picked} onPick={onPick} />}
        </div>
      )}
      <div className="grid grid-cols-1 lg:grid-cols-3">
        {SIDES.map((one) => (
          <div key={one} className={cn('min-w-0 lg:block lg:border-line lg:not-first:border-l', one !== side && 'hidden')}>
            {block.rows.map((row, at) => (
              <Line key={at} cell={row[one]} shade={shadeOf(block.kind, one, taken)} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const PICKS: ReadonlyArray<readonly [Pick, string]> = [
  ['ours', 'Ours'],
  ['theirs', 'Theirs'],
  ['both', 'Both'],
];

function PickButtons({ place, picked, onPick }: { place: number; picked: Pick | undefined; onPick(place: number, pick: Pick): void }) {
  return (
    <span role="group" aria-label={`Take for place ${place + 1}`} className="flex gap-1">
      {PICKS.map(([pick, word]) => (
        <Button
          key={pick}
          size="small"
          kind={picked === pick ? 'primary' : 'plain'}
          aria-pressed={picked === pick}
          onClick={() => onPick(place, pick)}
        >
          {word}
        </Button>
      ))}
    </span>
  );
}

function Line({ cell, shade }: { cell: Cell | null; shade: string }) {
  if (cell === null) return <div aria-hidden className="h-5 bg-sunken/60" />;
  return (
    <div className={cn('flex min-h-5', shade)}>
      <span className="tnum w-10 shrink-0 pr-2 text-right text-faint select-none">{cell.number}</span>
      <span className="min-w-0 flex-1 pr-2 whitespace-pre-wrap wrap-anywhere">
        <Untrusted text={cell.text} inline />
      </span>
    </div>
  );
}

/** What a side changed is shaded on that side; what is not taken is struck through, so that no colour says it alone. */
function shadeOf(kind: Block['kind'], side: SideName, { picked, whole }: Taken): string {
  const changed = kind === 'conflict' || kind === 'both' || kind === side;
  if (side === 'base' || !changed) return '';
  if (whole !== null) return whole === side ? GOES_IN : STAYS_OUT;
  if (kind !== 'conflict') return GOES_IN;
  if (picked === undefined) return 'bg-warn-soft/60';
  return picked === 'both' || picked === side ? GOES_IN : STAYS_OUT;
}

const GOES_IN = 'bg-good-soft';
const STAYS_OUT = 'line-through decoration-faint text-muted';

const WHY = {
  absent: 'No file on this side.',
  text: '',
  binary: 'A binary file: it is not shown.',
  too_large: 'Larger than 1 MiB: it is not shown.',
  link: 'A link or a submodule: it has no lines.',
} as const;

/** Sides that cannot be set against each other: what is known of each. */
function Uncompared({ file, target }: { file: ConflictFile; target: string }) {
  return (
    <div className="grid gap-3 lg:grid-cols-3">
      {SIDES.map((side) => {
        const facts = file.sides[side];
        return (
          <section key={side} className="min-w-0 rounded-md border border-line">
            <h3 className="border-b border-line bg-sunken px-3 py-1.5 text-sm">
              <span className="font-medium">{SIDE_WORDS[side].name}</span>{' '}
              <span className="text-muted">
                {SIDE_WORDS[side].about(target)}
                {facts.bytes !== null && `, ${byteWords(facts.bytes)}`}
              </span>
            </h3>
            {facts.shown === 'text' ? (
              <pre
                tabIndex={0}
                aria-label={`${SIDE_WORDS[side].name} of ${file.path}`}
                className="max-h-96 overflow-auto p-3 font-mono text-xs leading-5"
              >
                <Untrusted text={file[side] ?? ''} />
              </pre>
            ) : (
              <p className="p-3 text-sm text-muted">{WHY[facts.shown]}</p>
            )}
          </section>
        );
      })}
    </div>
  );
}
