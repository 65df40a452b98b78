import { useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, CircleDashed, Eraser } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { browserStore } from '../../ui/browser-store.ts';
import { cn } from '../../ui/class-names.ts';
import { Panel } from '../../ui/panel.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { renew, resolveConflict } from './commands.ts';
import { decideRest, emptyDraft, loadDraft, missingOf, saveDraft, toOrder, type Decision, type Draft } from './draft.ts';
import { FileDecision } from './file-decision.tsx';
import { ResolveSteps } from './resolve-steps.tsx';
import { EntryLink } from './sentence.tsx';
import { contestWord, type Conflict, type ConflictFile } from './three-way.ts';
import { count, tryOf } from './words.ts';

/** A conflict file by file: three versions, a choice each, the result before it is submitted, and what follows. */
export function Resolver({ conflict }: { conflict: Conflict }) {
  const { may } = useSession();
  const open = conflict.open && conflict.superseded_by === null;
  const deciding = open && may('developer');
  const { draft, kept, change, forget } = useDraft(conflict);
  const [at, setAt] = useState(0);
  const file = conflict.files[at] ?? conflict.files[0];
  const missing = missingOf(draft, conflict);
  const submit = useSubmit(conflict, draft, forget);
  if (file === undefined) return null;

  function decide(path: string, decision: Decision | undefined): void {
    const { [path]: _before, ...others } = draft.files;
    change({ ...draft, files: decision === undefined ? others : { ...others, [path]: decision } });
  }

  return (
    <div className="flex flex-col gap-4">
      <Standing conflict={conflict} mayDecide={may('developer')} />
      <div className="grid items-start gap-4 xl:grid-cols-[16rem_minmax(0,1fr)]">
        <FileList
          conflict={conflict}
          draft={draft}
          deciding={deciding}
          at={at}
          onSelect={setAt}
          onRest={(kind) => change(decideRest(draft, conflict, kind))}
        />
        <FilePanel
          key={file.path}
          conflict={conflict}
          at={at}
          file={file}
          decision={draft.files[file.path]}
          onDecide={deciding ? (decision) => decide(file.path, decision) : undefined}
          onMove={setAt}
        />
      </div>
      {deciding && (
        <ResolveSteps
          id={conflict.id}
          target={conflict.target}
          order={toOrder(draft)}
          missing={missing}
          reason={draft.reason}
          onReason={(reason) => change({ ...draft, reason })}
          onSubmit={submit}
        />
      )}
      {deciding && <Kept draft={draft} kept={kept} onDiscard={() => change(emptyDraft(conflict.head))} />}
    </div>
  );
}

interface FilePanelProps {
  conflict: Conflict;
  at: number;
  file: ConflictFile;
  decision: Decision | undefined;
  onDecide: ((decision: Decision | undefined) => void) | undefined;
  onMove(at: number): void;
}

function FilePanel({ conflict, at, file, decision, onDecide, onMove }: FilePanelProps) {
  const { files, target } = conflict;
  return (
    <Panel
      title={
        <span className="font-mono text-sm wrap-anywhere">
          <Untrusted text={file.path} inline />
        </span>
      }
      aside={files.length > 1 && <span className="text-sm text-muted">{`File ${at + 1} of ${files.length}`}</span>}
    >
      <p className="mb-3 text-sm text-muted" title={file.message}>
        <Untrusted text={contestWord(file, target)} inline />
      </p>
      <FileDecision file={file} target={target} decision={decision} onDecide={onDecide} />
      {files.length > 1 && (
        <div className="mt-4 flex justify-between gap-2">
          <Button disabled={at === 0} onClick={() => onMove(at - 1)}>
            Previous file
          </Button>
          <Button disabled={at >= files.length - 1} onClick={() => onMove(at + 1)}>
            Next file
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** Says whether the draft survives a reload, and throws it away. */
function Kept({ draft, kept, onDiscard }: { draft: Draft; kept: boolean; onDiscard(): void }) {
  if (Object.keys(draft.files).length === 0 && draft.reason === '') return null;
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
      {kept
        ? 'What you decided so far is kept in this browser, also over a reload.'
        : 'This browser keeps nothing: a reload would lose what you decided.'}
      <Button size="small" kind="quiet" icon={<Eraser size={13} aria-hidden />} onClick={onDiscard}>
        Discard it
      </Button>
    </p>
  );
}

/** Decisions that survive a reload; `kept` false: the browser did not keep the last one. Whoever shows another conflict begins anew (by key). */
function useDraft(conflict: Conflict): { draft: Draft; kept: boolean; change(draft: Draft): void; forget(): void } {
  const [draft, setDraft] = useState(() => loadDraft(browserStore, conflict));
  const [kept, setKept] = useState(true);
  const { id, head } = conflict;
  return {
    draft,
    kept,
    change(next) {
      setDraft(next);
      setKept(saveDraft(browserStore, id, next));
    },
    forget() {
      saveDraft(browserStore, id, emptyDraft(head));
    },
  };
}

function useSubmit(conflict: Conflict, draft: Draft, forget: () => void): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    const next = await resolveConflict(conflict.id, { ...toOrder(draft), reason: draft.reason.trim() });
    forget();
    await navigate({ to: '/queue/$id', params: { id: next.id } });
    await renew(queries);
    say(
      next.id === conflict.id ? 'Nothing was left to land: it was dropped.' : `Submitted as attempt ${tryOf(next)}. It goes through the queue now.`,
    );
  };
}

function Standing({ conflict, mayDecide }: { conflict: Conflict; mayDecide: boolean }) {
  if (conflict.superseded_by !== null)
    return (
      <p className="rounded-md bg-info-soft px-3 py-2 text-sm text-info">
        A later attempt took its place: <EntryLink id={conflict.superseded_by} title="open it" />. This is how the conflict was.
      </p>
    );
  if (!conflict.open) return <p className="rounded-md bg-info-soft px-3 py-2 text-sm text-info">This conflict is decided. This is how it was.</p>;
  return (
    <div className="text-sm">
      <p>
        {count(conflict.files.length, 'file')} {conflict.files.length === 1 ? 'was' : 'were'} changed here and on{' '}
        <span className="font-mono text-xs">{conflict.target}</span> since it was made. Everything else merges by itself.
        {!mayDecide && ' Somebody with the role developer decides.'}
      </p>
      {conflict.moved && <p className="mt-1 text-muted">The branch has gone on since: what you decide is merged with that as well, and verified.</p>}
    </div>
  );
}

interface FileListProps {
  conflict: Conflict;
  draft: Draft;
  deciding: boolean;
  at: number;
  onSelect(at: number): void;
  onRest(kind: 'ours' | 'theirs'): void;
}

const DECIDED: Readonly<Record<Decision['kind'], string>> = { ours: 'ours', theirs: 'theirs', edit: 'edited', delete: 'deleted' };

function FileList({ conflict, draft, deciding, at, onSelect, onRest }: FileListProps) {
  const missing = useMemo(() => new Set(missingOf(draft, conflict).map(({ path }) => path)), [draft, conflict]);
  return (
    <nav aria-label="Files in conflict" className="min-w-0 rounded-lg border border-line bg-surface p-2 shadow-panel xl:sticky xl:top-4">
      <ul className="flex flex-col">
        {conflict.files.map((file, index) => {
          const decision = draft.files[file.path];
          const done = !missing.has(file.path);
          return (
            <li key={file.path}>
              <button
                type="button"
                aria-current={index === at ? 'true' : undefined}
                onClick={() => onSelect(index)}
                className={cn(
                  'flex min-h-9 w-full items-start gap-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover',
                  index === at && 'bg-sunken font-medium',
                )}
              >
                {done && deciding ? (
                  <Check size={15} className="mt-0.5 shrink-0 text-good" aria-hidden />
                ) : (
                  <CircleDashed size={15} className="mt-0.5 shrink-0 text-faint" aria-hidden />
                )}
                <span className="min-w-0 flex-1">
                  <span className="block font-mono text-xs leading-5 wrap-anywhere">
                    <Untrusted text={file.path} inline />
                  </span>
                  {deciding && (
                    <span className="block text-xs font-normal text-muted">
                      {decision === undefined ? 'not decided' : done ? DECIDED[decision.kind] : 'markers left'}
                    </span>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {deciding && conflict.files.length > 1 && missing.size > 0 && (
        <div className="mt-2 flex flex-wrap gap-1 border-t border-line px-1 pt-2">
          <Button size="small" kind="quiet" onClick={() => onRest('ours')}>
            Rest: ours
          </Button>
          <Button size="small" kind="quiet" onClick={() => onRest('theirs')}>
            Rest: theirs
          </Button>
        </div>
      )}
    </nav>
  );
}
