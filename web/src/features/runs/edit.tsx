import { useMemo } from 'react';
import { diffTexts } from '../../ui/diff-lines.ts';
import { DiffTable } from '../../ui/diff-table.tsx';
import { spelledOut } from '../../ui/hidden-characters.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { ToolEvent } from './log-model.ts';

/** A file as a tool call changed it. */
export function Edit({ edit }: { edit: NonNullable<ToolEvent['edits']>[number] }) {
  const hunks = useMemo(() => diffTexts(linesOf(edit.before), linesOf(edit.after)), [edit.before, edit.after]);
  const word = edit.before === null ? ' (new)' : edit.after === null ? ' (removed)' : '';
  return (
    <section aria-label={`Changes of ${spelledOut(edit.path)}`} className="min-w-0 overflow-hidden rounded-md border border-line bg-surface">
      <p className="border-b border-line bg-sunken px-2 py-1 font-mono text-xs wrap-anywhere">
        <Untrusted inline text={edit.path} />
        <span className="text-muted">{word}</span>
      </p>
      {hunks.length === 0 ? (
        <p className="px-2 py-1 text-sm text-muted">No line is changed.</p>
      ) : (
        <DiffTable hunks={hunks} mode="unified" label={`Changes of ${spelledOut(edit.path)}`} />
      )}
    </section>
  );
}

/** The end of the last line begins no further one. */
const linesOf = (text: string | null): string => (text ?? '').replace(/\n$/, '');
