import { useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { ChevronDown, ChevronRight, Columns2, FileX2, Rows3, ShieldAlert } from 'lucide-react';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { parseHunks } from './diff-lines.ts';
import { DiffTable, type DiffMode } from './diff-table.tsx';
import { hasHidden, spelledOut } from './hidden-characters.ts';
import { Untrusted } from './untrusted.tsx';
import { useDiffMode } from './use-diff-mode.ts';

export interface DiffViewFile {
  path: string;
  /** Former name of a renamed file. */
  from: string | null;
  /** `A` added, `M` modified, `D` removed, `R` renamed, `T` turned into another kind of file. */
  status: 'A' | 'M' | 'D' | 'R' | 'T';
  /** Null: it is no text. */
  added: number | null;
  deleted: number | null;
  /** In unified form, without the lines above them. */
  hunks: string;
  /** More of it is not here. */
  cut: boolean;
  protected?: boolean;
}

export interface DiffViewProps {
  files: readonly DiffViewFile[];
  /** Asks for all of a file that was cut. */
  onWhole?(path: string): void;
  /** What belongs below a line of the new side; null: nothing. */
  below?: (path: string, line: number) => ReactNode;
}

/** Larger files come folded: what matters is seldom in them, and they push everything else away. */
const FOLDED_FROM = 400;

/** Changed files with their lines, unified or side by side, each to be folded; files are stepped through by `n` and `p` of the page. */
export function DiffView({ files, onWhole, below }: DiffViewProps) {
  const { mode, choose, isWide } = useDiffMode();
  const box = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<Readonly<Record<string, boolean>>>({});
  const isFolded = (file: DiffViewFile): boolean => folded[file.path] ?? linesOf(file) > FOLDED_FROM;
  return (
    <div ref={box} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <FileList files={files} box={box} />
        {isWide && (
          <div role="group" aria-label="How changes are shown" className="flex gap-1">
            <ModeButton mode="unified" chosen={mode} onChoose={choose} />
            <ModeButton mode="split" chosen={mode} onChoose={choose} />
          </div>
        )}
      </div>
      {files.map((file, nr) => (
        <FileDiff
          key={file.path}
          file={file}
          id={`file-${nr}`}
          mode={isWide ? mode : 'unified'}
          folded={isFolded(file)}
          onFold={() => setFolded({ ...folded, [file.path]: !isFolded(file) })}
          {...(onWhole === undefined ? {} : { onWhole: () => onWhole(file.path) })}
          {...(below === undefined ? {} : { below: (line: number) => below(file.path, line) })}
        />
      ))}
    </div>
  );
}

const linesOf = ({ added, deleted }: DiffViewFile): number => (added ?? 0) + (deleted ?? 0);

function ModeButton({ mode, chosen, onChoose }: { mode: DiffMode; chosen: DiffMode; onChoose(mode: DiffMode): void }) {
  const Icon = mode === 'split' ? Columns2 : Rows3;
  return (
    <Button
      size="small"
      kind={mode === chosen ? 'plain' : 'quiet'}
      aria-pressed={mode === chosen}
      icon={<Icon size={14} aria-hidden />}
      onClick={() => onChoose(mode)}
    >
      {mode === 'split' ? 'Side by side' : 'Unified'}
    </Button>
  );
}

function FileList({ files, box }: { files: readonly DiffViewFile[]; box: RefObject<HTMLDivElement | null> }) {
  const go = (nr: number): void => box.current?.querySelector<HTMLElement>(`[data-file="file-${nr}"] h3 button`)?.focus();
  if (files.length < 2) return <span />;
  return (
    <details className="min-w-0 flex-1 basis-60 text-sm">
      <summary className="min-h-6 cursor-pointer text-muted">{files.length} files in the list</summary>
      <ul aria-label="Changed files" className="mt-1 max-h-56 overflow-y-auto rounded-md border border-line p-1">
        {files.map((file, nr) => (
          <li key={file.path}>
            <button
              type="button"
              onClick={() => go(nr)}
              className="flex min-h-6 w-full items-center gap-2 rounded px-1.5 text-left font-mono text-xs hover:bg-hover"
            >
              <span className="min-w-0 flex-1 truncate">
                <Untrusted inline text={file.path} />
              </span>
              <Counts file={file} />
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

const WORDS = { A: 'new', M: null, D: 'removed', R: 'renamed', T: 'other kind' } as const;

interface FileDiffProps {
  file: DiffViewFile;
  id: string;
  mode: DiffMode;
  folded: boolean;
  onFold(): void;
  onWhole?(): void;
  below?: (line: number) => ReactNode;
}

function FileDiff({ file, id, mode, folded, onFold, onWhole, below }: FileDiffProps) {
  const hunks = useMemo(() => parseHunks(file.hunks), [file.hunks]);
  const hides = useMemo(() => hasHidden(file.hunks) || hasHidden(file.path), [file.hunks, file.path]);
  const word = WORDS[file.status];
  const Chevron = folded ? ChevronRight : ChevronDown;
  return (
    <section data-file={id} aria-label={spelledOut(file.path)} className="overflow-clip rounded-lg border border-line bg-surface">
      <header className="sticky top-12 z-10 flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-sunken px-2 py-1 lg:top-0">
        <h3 className="flex min-w-0 flex-1 basis-48 items-center">
          <button
            type="button"
            aria-expanded={!folded}
            onClick={onFold}
            className="flex min-h-6 min-w-0 scroll-mt-14 items-center gap-1.5 rounded text-left font-mono text-xs lg:scroll-mt-1"
          >
            <Chevron size={14} aria-hidden className="shrink-0 text-muted" />
            <span className="wrap-anywhere">
              {file.from !== null && (
                <>
                  <Untrusted inline text={file.from} /> <span aria-label="renamed to">→</span>{' '}
                </>
              )}
              <Untrusted inline text={file.path} />
            </span>
          </button>
        </h3>
        <CopyButton text={file.path} what="path" />
        {hides && <Badge tone="warn">hidden characters</Badge>}
        {file.protected === true && (
          <Badge tone="warn" icon={<ShieldAlert size={12} aria-hidden />}>
            protected path
          </Badge>
        )}
        {word !== null && <Badge>{word}</Badge>}
        <Counts file={file} />
      </header>
      {!folded && (
        <FileBody file={file} hunks={hunks} mode={mode} {...(onWhole === undefined ? {} : { onWhole })} {...(below === undefined ? {} : { below })} />
      )}
    </section>
  );
}

function FileBody({
  file,
  hunks,
  mode,
  onWhole,
  below,
}: Pick<FileDiffProps, 'file' | 'mode' | 'onWhole' | 'below'> & { hunks: ReturnType<typeof parseHunks> }) {
  if (file.added === null)
    return (
      <p className="flex items-center gap-2 p-3 text-sm text-muted">
        <FileX2 size={16} aria-hidden /> This file is no text; its contents are not shown.
      </p>
    );
  if (hunks.length === 0 && !file.cut) return <p className="p-3 text-sm text-muted">Its lines stay as they are.</p>;
  return (
    <>
      {hunks.length > 0 && (
        <DiffTable hunks={hunks} mode={mode} label={`Changes of ${spelledOut(file.path)}`} {...(below === undefined ? {} : { below })} />
      )}
      {file.cut && (
        <div className="flex flex-wrap items-center justify-center gap-2 border-t border-line p-2 text-sm text-muted">
          <span>{hunks.length === 0 ? 'This file is not shown here.' : 'More of this file is not shown here.'}</span>
          {onWhole !== undefined && (
            <Button size="small" onClick={onWhole}>
              Show all of it
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Counts({ file: { added, deleted } }: { file: DiffViewFile }) {
  if (added === null) return <span className="text-xs text-muted">no text</span>;
  return (
    <span className="tnum shrink-0 text-xs whitespace-nowrap">
      <span className="text-good">
        <span className="sr-only">lines added </span>+{added}
      </span>{' '}
      <span className="text-bad">
        <span className="sr-only">lines removed </span>−{deleted ?? 0}
      </span>
    </span>
  );
}
