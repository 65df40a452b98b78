import { Fragment, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './class-names.ts';
import { changedPart, pairLines, type DiffHunk, type DiffLine, type DiffPair } from './diff-lines.ts';
import { Untrusted } from './untrusted.tsx';

export type DiffMode = 'unified' | 'split';

/** Lines that are drawn at once; more at a press: tens of thousands would hold up the page. */
const MOST_LINES = 600;

const ROW = { same: '', note: 'text-faint', added: 'bg-good-soft', deleted: 'bg-bad-soft' } as const;
const SIGN = { same: ' ', note: ' ', added: '+', deleted: '-' } as const;

/** What changed in one text, line by line; hidden characters are shown as their code points. `label` names it for screen readers. */
export function DiffTable({
  hunks,
  mode,
  label,
  below,
}: {
  hunks: readonly DiffHunk[];
  mode: DiffMode;
  label: string;
  /** What belongs below a line of the new side; null: nothing. */
  below?: (line: number) => ReactNode;
}) {
  const [most, setMost] = useState(MOST_LINES);
  const total = hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  const shown = firstLines(hunks, most);
  const columns = mode === 'split' ? 4 : 3;
  return (
    <>
      <table className="w-full table-fixed border-collapse font-mono text-xs leading-5">
        <caption className="sr-only">{label}</caption>
        <Columns mode={mode} />
        <tbody>
          {shown.map((hunk, nr) => (
            <Fragment key={nr}>
              {(nr > 0 || hunk.within !== '') && (
                <tr className="bg-sunken text-faint">
                  <td colSpan={columns} className="truncate px-2 py-0.5">
                    … <Untrusted inline text={hunk.within} />
                  </td>
                </tr>
              )}
              {mode === 'split' ? (
                pairLines(hunk.lines).map((pair, row) => <SplitRow key={row} pair={pair} below={below} />)
              ) : (
                <UnifiedRows lines={hunk.lines} below={below} />
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {total > most && (
        <div className="border-t border-line p-2 text-center">
          <Button size="small" onClick={() => setMost(most + 4 * MOST_LINES)}>
            Show {Math.min(total - most, 4 * MOST_LINES)} more of {total} lines
          </Button>
        </div>
      )}
    </>
  );
}

function Columns({ mode }: { mode: DiffMode }) {
  return (
    <>
      <colgroup>
        <col className="w-11" />
        {mode === 'split' ? <col /> : <col className="w-11" />}
        {mode === 'split' && <col className="w-11" />}
        <col />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th scope="col">Line before</th>
          {mode === 'split' && <th scope="col">Before</th>}
          <th scope="col">Line after</th>
          <th scope="col">{mode === 'split' ? 'After' : 'Text'}</th>
        </tr>
      </thead>
    </>
  );
}

function firstLines(hunks: readonly DiffHunk[], most: number): DiffHunk[] {
  let left = most;
  return hunks.flatMap((hunk) => {
    if (left <= 0) return [];
    const lines = hunk.lines.slice(0, left);
    left -= lines.length;
    return [{ ...hunk, lines }];
  });
}

/** The line that stands on the other side of a changed one, for marking what differs within it. */
function partners(lines: readonly DiffLine[]): ReadonlyMap<DiffLine, DiffLine> {
  return new Map(
    pairLines(lines).flatMap(({ left, right }) =>
      left === null || right === null || left === right
        ? []
        : [
            [left, right],
            [right, left],
          ],
    ),
  );
}

type Below = ((line: number) => ReactNode) | undefined;

/** What is said about a line stands in a row of its own below it. */
function BelowRow({ line, below, columns }: { line: number | null | undefined; below: Below; columns: number }) {
  const note = line === null || line === undefined ? null : (below?.(line) ?? null);
  if (note === null) return null;
  return (
    <tr>
      <td colSpan={columns} className="border-y border-line bg-surface p-2 font-sans whitespace-normal">
        {note}
      </td>
    </tr>
  );
}

function UnifiedRows({ lines, below }: { lines: readonly DiffLine[]; below: Below }) {
  const beside = partners(lines);
  return lines.map((line, row) => (
    <Fragment key={row}>
      <tr className={ROW[line.kind]}>
        <Place value={line.before} />
        <Place value={line.after} />
        <Text line={line} partner={beside.get(line) ?? null} />
      </tr>
      <BelowRow line={line.after} below={below} columns={3} />
    </Fragment>
  ));
}

function SplitRow({ pair: { left, right }, below }: { pair: DiffPair; below: Below }) {
  const row = (
    <tr>
      <Place value={left?.before ?? null} className={left === null ? 'bg-sunken' : ROW[left.kind]} />
      {left === null ? (
        <td className="bg-sunken">
          <span className="sr-only">no line</span>
        </td>
      ) : (
        <Text line={left} partner={right} className={ROW[left.kind]} />
      )}
      <Place value={right?.after ?? null} className={right === null ? 'bg-sunken' : ROW[right.kind]} />
      {right === null ? (
        <td className="bg-sunken">
          <span className="sr-only">no line</span>
        </td>
      ) : (
        <Text line={right} partner={left} className={ROW[right.kind]} />
      )}
    </tr>
  );
  return (
    <>
      {row}
      <BelowRow line={right?.after} below={below} columns={4} />
    </>
  );
}

function Place({ value, className }: { value: number | null; className?: string }) {
  return <td className={cn('tnum border-r border-line/60 px-1.5 text-right align-top text-faint select-none', className)}>{value}</td>;
}

function Text({ line, partner, className }: { line: DiffLine; partner: DiffLine | null; className?: string }) {
  const part = partner === null || partner.kind === line.kind ? null : changedPart(line.text, partner.text)?.one;
  const [from, to] = part ?? [0, 0];
  return (
    <td className={cn('relative py-px pr-2 pl-5 align-top verbatim', className)}>
      <span className="absolute left-1.5 select-none">{SIGN[line.kind]}</span>
      {to > from ? (
        <>
          <Untrusted inline text={line.text.slice(0, from)} />
          <span className={cn('rounded-xs', line.kind === 'added' ? 'bg-good/25' : 'bg-bad/20')}>
            <Untrusted inline text={line.text.slice(from, to)} />
          </span>
          <Untrusted inline text={line.text.slice(to)} />
        </>
      ) : (
        <Untrusted inline text={line.text} />
      )}
    </td>
  );
}
