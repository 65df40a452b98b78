import { useMemo } from 'react';
import { FileDiff } from 'lucide-react';
import { DiffView, type DiffViewFile } from '../../ui/diff-view.tsx';
import { Empty } from '../../ui/empty.tsx';
import { parsePatch } from '../../ui/patch.ts';
import type { Diff } from './queries.ts';
import { count } from './words.ts';

/** A diff with how much it is, and with what of it does not fit named. */
export function ChangeView({ diff, nothing }: { diff: Diff; nothing: string }) {
  const files = useMemo(() => shownOf(diff), [diff]);
  if (diff.files.length === 0) return <Empty icon={FileDiff} title={nothing} />;
  const shown = new Set(files.map(({ path }) => path));
  const missing = diff.files.filter(({ path }) => !shown.has(path));
  const added = diff.files.reduce((sum, file) => sum + (file.added ?? 0), 0);
  const deleted = diff.files.reduce((sum, file) => sum + (file.deleted ?? 0), 0);
  return (
    <div>
      <h2 className="sr-only">Changed files</h2>
      <p className="tnum mb-3 text-sm text-muted">
        {count(diff.files.length, 'file')}, {count(added, 'line')} added, {count(deleted, 'line')} deleted
      </p>
      <DiffView files={files} />
      {diff.truncated && (
        <p className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          The diff is longer than what is shown here{missing.length === 0 ? '.' : `: ${count(missing.length, 'file')} more.`}
        </p>
      )}
    </div>
  );
}

/** The files that the text reaches, with the counts of the server. */
function shownOf({ text, files, truncated }: Diff): DiffViewFile[] {
  const counted = new Map(files.map((file) => [file.path, file]));
  return parsePatch(text, truncated).map((file) => ({ ...file, ...countsOf(counted.get(file.path)) }));
}

const countsOf = (file: Diff['files'][number] | undefined): object => (file === undefined ? {} : { added: file.added, deleted: file.deleted });
