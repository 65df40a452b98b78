import { useMemo, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, FileDiff, type LucideIcon } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { parseHunks } from '../../ui/diff-lines.ts';
import { DiffView, type DiffViewFile } from '../../ui/diff-view.tsx';
import { parsePatch } from '../../ui/patch.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import type { Tone } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { changesQuery, type Changes, type Finding, type PullDetail } from './queries.ts';

/** What it changes, with what agents found beside the lines, and whether it merges. */
export function PullChanges({ pull }: { pull: PullDetail }) {
  const query = useQuery(changesQuery(pull.id));
  return (
    <div className="flex flex-col gap-4">
      {pull.review_summary !== null && <Summary text={pull.review_summary} reviewer={pull.review?.reviewer ?? 'an agent'} />}
      <QueryState query={query} noun="the changes" loading={<SkeletonRows rows={8} />}>
        {(changes) => <Loaded changes={changes} findings={pull.findings} />}
      </QueryState>
    </div>
  );
}

function Summary({ text, reviewer }: { text: string; reviewer: string }) {
  return (
    <section aria-label="Review" className="rounded-lg border border-line bg-surface p-4 shadow-panel">
      <h2 className="mb-1 font-semibold">What {reviewer} says of it</h2>
      <Untrusted text={text} className="text-sm" />
    </section>
  );
}

function Loaded({ changes, findings }: { changes: Changes; findings: readonly Finding[] }) {
  const files = useMemo(() => parsePatch(changes.patch, changes.truncated), [changes]);
  const loose = useMemo(() => withoutLine(files, findings), [files, findings]);
  if (changes.base === null)
    return (
      <Empty icon={FileDiff} title="Its commits are not here">
        The mirror of the repository has not fetched them, or they are gone from the forge.
      </Empty>
    );
  return (
    <div className="flex flex-col gap-3">
      <h2 className="sr-only">Changed files</h2>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
        <span className="tnum">
          {changes.files.length} {changes.files.length === 1 ? 'file' : 'files'} changed
        </span>
        <MergeWord merge={changes.merge} />
        {changes.truncated && <span>It is long; only the beginning is shown.</span>}
      </p>
      {loose.length > 0 && (
        <section aria-label="Findings about the change as a whole" className="flex flex-col gap-2">
          {loose.map((finding) => (
            <FindingNote key={finding.key} finding={finding} showPath />
          ))}
        </section>
      )}
      <DiffView files={files} below={(path, line) => beside(findings, path, line)} />
    </div>
  );
}

function MergeWord({ merge }: { merge: Changes['merge'] }) {
  if (merge === null) return null;
  const [Icon, look]: [LucideIcon, string] = merge.state === 'clean' ? [CircleCheck, 'text-good'] : [CircleX, 'text-bad'];
  return (
    <span className={`inline-flex items-center gap-1 ${look}`}>
      <Icon size={14} aria-hidden />
      {merge.state === 'clean' ? 'Merges with its base' : `Conflicts with its base in ${merge.files.join(', ')}`}
    </span>
  );
}

function beside(findings: readonly Finding[], path: string, line: number): ReactNode {
  const here = findings.filter((finding) => finding.path === path && finding.line === line);
  if (here.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      {here.map((finding) => (
        <FindingNote key={finding.key} finding={finding} />
      ))}
    </div>
  );
}

/** Findings whose line is not in the patch: about the whole, a file, or a line that is not shown. */
function withoutLine(files: readonly DiffViewFile[], findings: readonly Finding[]): Finding[] {
  const lines = files.flatMap(({ path, hunks }) => parseHunks(hunks).flatMap((hunk) => hunk.lines.map(({ after }) => ({ path, after }))));
  const shown = new Set(lines.flatMap(({ path, after }) => (after === null ? [] : [`${path}:${after}`])));
  return findings.filter(({ path, line }) => path === null || line === null || !shown.has(`${path}:${line}`));
}

const TONES: Readonly<Record<Finding['severity'], Tone>> = { blocker: 'bad', major: 'warn', minor: 'info', note: 'neutral' };

function FindingNote({ finding, showPath = false }: { finding: Finding; showPath?: boolean }) {
  return (
    <div className="rounded-md border border-line bg-canvas px-3 py-2 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[finding.severity]}>{finding.severity}</Badge>
        <span className="font-mono text-xs text-muted">{finding.key}</span>
        {finding.state === 'settled' && <Badge tone="good">settled</Badge>}
        {showPath && finding.path !== null && (
          <code className="font-mono text-xs wrap-anywhere">
            <Untrusted inline text={finding.line === null ? finding.path : `${finding.path}:${finding.line}`} />
          </code>
        )}
      </p>
      <Untrusted text={finding.what} className="mt-1 font-medium" />
      {finding.why !== '' && <Untrusted text={finding.why} className="text-muted" />}
      {finding.suggestion !== null && (
        <div className="mt-1">
          <span className="text-muted">Suggestion: </span>
          <Untrusted inline text={finding.suggestion} />
        </div>
      )}
    </div>
  );
}
