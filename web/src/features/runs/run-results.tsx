import { useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Check,
  ChevronDown,
  ChevronRight,
  Download,
  FileDiff,
  FileText,
  GitCommitHorizontal,
  ListTree,
  MessageSquareText,
  X,
  type LucideIcon,
} from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { parsePatch } from '../../ui/patch.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Printed } from './log-parts.tsx';
import { answerQuery, artifactsQuery, diffQuery, type Artifact, type Run, type RunDiff } from './queries.ts';

/** What the agent changed. */
export function RunChanges({ id, over }: { id: string; over: boolean }) {
  const query = useQuery(diffQuery(id));
  const nothing = over ? (
    <Empty icon={FileDiff} title="Nothing was changed">
      This run left no change of a file.
    </Empty>
  ) : (
    <Empty icon={FileDiff} title="Not there yet">
      The changes are taken from the worktree when the agent has ended. Until then the log shows each edit.
    </Empty>
  );
  return (
    <QueryState query={query} noun="the changes" isEmpty={(diff) => diff.patch === '' && diff.left_out.length === 0} empty={nothing}>
      {(diff) => <Diff diff={diff} />}
    </QueryState>
  );
}

function Diff({ diff }: { diff: RunDiff }) {
  const files = useMemo(() => parsePatch(diff.patch, diff.truncated), [diff]);
  return (
    <div className="flex flex-col gap-3">
      <h2 className="sr-only">Changed files</h2>
      <p className="text-sm text-muted">
        {files.length} {files.length === 1 ? 'file' : 'files'}.{' '}
        {diff.source === 'kept' ? 'This work was left behind and not handed in; it is kept.' : 'As the agent handed it in.'}
        {diff.truncated && ' It is long; only the beginning is shown.'}
      </p>
      {diff.left_out.length > 0 && (
        <p className="text-sm text-muted">
          Not shown, because the changes do not fit the commit they were made on: <Untrusted inline text={diff.left_out.join(', ')} />.
        </p>
      )}
      <DiffView files={files} />
    </div>
  );
}

/** The checks that Reeve ran on what the agent left. */
export function RunChecks({ run }: { run: Run }) {
  if (run.checks.length === 0)
    return (
      <Empty icon={ListTree} title="No checks yet">
        Reeve runs the project's checks itself when the agent has ended. What an agent says of its tests counts for nothing.
      </Empty>
    );
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-surface shadow-panel">
      {run.checks.map((check) => (
        <CheckItem key={check.name} check={check} />
      ))}
    </ul>
  );
}

function CheckItem({ check }: { check: Run['checks'][number] }) {
  const passed = check.exit_code === 0;
  const [open, setOpen] = useState(!passed);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <li className="border-b border-line last:border-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 w-full items-center gap-3 px-4 py-2 text-left hover:bg-hover"
      >
        <Arrow size={14} className="shrink-0 text-faint" aria-hidden />
        {passed ? <Check size={16} className="shrink-0 text-good" aria-hidden /> : <X size={16} className="shrink-0 text-bad" aria-hidden />}
        <span className="font-medium">{check.name}</span>
        <span className={passed ? 'text-sm text-good' : 'text-sm text-bad'}>
          {passed ? 'passed' : check.exit_code === null ? 'was stopped' : `exit code ${check.exit_code}`}
        </span>
        <span className="tnum ml-auto shrink-0 text-sm text-muted">{duration(check.duration_ms)}</span>
      </button>
      {open && (
        <div className="px-4 pb-3">
          <Printed text={`$ ${check.command}\n${check.output}`} />
        </div>
      )}
    </li>
  );
}

const ICONS: Readonly<Record<Artifact['kind'], LucideIcon>> = {
  change_request: GitCommitHorizontal,
  diff: FileDiff,
  answer: MessageSquareText,
  kept_work: GitCommitHorizontal,
  prompt: FileText,
  log: FileText,
};

/** What the run left, each with the way to it. */
export function RunArtifacts({ id }: { id: string }) {
  const query = useQuery(artifactsQuery(id));
  return (
    <QueryState query={query} noun="what the run left">
      {({ items }) => (
        <div className="flex flex-col gap-4">
          <ul className="overflow-hidden rounded-lg border border-line bg-surface shadow-panel">
            {items.map((item) => (
              <ArtifactItem key={item.kind} id={id} item={item} />
            ))}
          </ul>
          {items.some(({ kind }) => kind === 'answer') && <Answer id={id} />}
        </div>
      )}
    </QueryState>
  );
}

function ArtifactItem({ id, item }: { id: string; item: Artifact }) {
  const Icon = ICONS[item.kind];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-3 last:border-0">
      <Icon size={16} className="shrink-0 text-faint" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{item.title}</p>
        {item.detail !== null && <p className="text-sm wrap-anywhere text-muted">{item.detail}</p>}
      </div>
      <Way id={id} item={item} />
    </li>
  );
}

function Way({ id, item }: { id: string; item: Artifact }) {
  if (item.kind === 'change_request' && item.detail !== null)
    return (
      <Button asChild size="small">
        <Link to="/queue/$id" params={{ id: item.detail }}>
          Open
        </Link>
      </Button>
    );
  if (item.kind === 'diff')
    return (
      <Button asChild size="small">
        <Link to="/runs/$id" params={{ id }} search={{ tab: 'changes' }}>
          Open
        </Link>
      </Button>
    );
  if (item.kind === 'log' && item.href !== null)
    return (
      <Button asChild size="small">
        <a href={item.href} download={`${id}.jsonl`}>
          <Download size={14} aria-hidden /> Download
        </a>
      </Button>
    );
  return null;
}

function Answer({ id }: { id: string }) {
  const query = useQuery(answerQuery(id));
  return (
    <section aria-label="What the agent said at its end" className="rounded-lg border border-line bg-surface p-4 shadow-panel">
      <h2 className="mb-2 font-semibold">What the agent said at its end</h2>
      <QueryState query={query} noun="the answer">
        {({ text }) => <Untrusted text={text ?? ''} className="text-sm" />}
      </QueryState>
    </section>
  );
}
