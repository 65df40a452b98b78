import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { readWholeFile, useChanges, type Approval, type Changes } from './queries.ts';

/** Kinds that change files; the server says why where there is nothing to show. */
const CHANGES_FILES: ReadonlySet<string> = new Set(['pr.merge', 'branch.push', 'pr.create', 'pr.revert', 'release.changelog']);

/** The files it would change. */
export function ChangesPanel({ approval }: { approval: Approval }) {
  return CHANGES_FILES.has(approval.kind) ? <FilesPanel id={approval.id} /> : null;
}

function FilesPanel({ id }: { id: string }) {
  const query = useChanges(id);
  const [whole, setWhole] = useState<Readonly<Record<string, Changes['items'][number]>>>({});
  const [first] = query.data?.pages ?? [];
  if (query.isPending) return <Skeleton className="h-48 rounded-lg" />;
  if (first === undefined)
    return (
      <Panel title="Changes" flush>
        <Failure error={query.error} noun="the changes" onRetry={() => void query.refetch()} />
      </Panel>
    );
  if (first.unavailable !== null)
    return (
      <Panel title="Changes">
        <p className="text-sm text-muted">{first.unavailable}</p>
      </Panel>
    );
  const files = query.data?.pages.flatMap((page) => page.items).map((file) => whole[file.path] ?? file) ?? [];
  async function readWhole(path: string): Promise<void> {
    const [file] = (await readWholeFile(id, path)).items;
    if (file !== undefined) setWhole((before) => ({ ...before, [path]: file }));
  }
  return (
    <Panel title="Changes" aside={<Summary changes={first} />}>
      <DiffView files={files} onWhole={(path) => void readWhole(path).catch(sayProblem)} />
      {query.hasNextPage && (
        <div className="mt-3 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more of {first.files} files
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Summary({ changes: { files, added, deleted, onto, protected_files: guarded } }: { changes: Changes }) {
  return (
    <p className="tnum text-sm text-muted">
      {files} {files === 1 ? 'file' : 'files'}, <span className="text-good">+{added}</span> <span className="text-bad">−{deleted}</span>
      {onto !== null && <> onto {onto}</>}
      {guarded > 0 && <span className="text-warn">, {guarded} protected</span>}
    </p>
  );
}
