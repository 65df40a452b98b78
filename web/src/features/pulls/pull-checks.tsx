import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronDown, ChevronRight, CircleDashed, Loader, X, type LucideIcon } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { checksQuery, coverageQuery, type PullDetail } from './queries.ts';
import type { Answer, Item } from '../../api/client.ts';

type Result = Item<'/v1/ci-results'>;
type Report = Answer<'/v1/pulls/{id}/coverage', 'get'>['reports'][number];

/** Checks of the head, the newest result of each, and what the tests run. */
export function PullChecks({ pull }: { pull: PullDetail }) {
  const checks = useQuery(checksQuery(pull.head_sha));
  const coverage = useQuery(coverageQuery(pull.id));
  return (
    <div className="flex flex-col gap-5">
      <Panel title="Checks of the head" flush>
        <QueryState
          query={checks}
          noun="the checks"
          loading={<SkeletonRows rows={3} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <Empty icon={CircleDashed} title="No result yet">
              Neither the forge's CI nor Reeve has told of a check of this head.
            </Empty>
          }
        >
          {({ items }) => (
            <ul>
              {newest(items).map((result) => (
                <CheckItem key={result.id} result={result} />
              ))}
            </ul>
          )}
        </QueryState>
      </Panel>
      <Panel title="Coverage" flush>
        <QueryState
          query={coverage}
          noun="the coverage"
          loading={<SkeletonRows rows={2} />}
          isEmpty={({ reports }) => reports.length === 0}
          empty={
            <Empty title="No coverage report">
              A check that writes one (lcov, Cobertura or JaCoCo) is shown here with the lines that no test runs.
            </Empty>
          }
        >
          {({ reports }) => (
            <ul>
              {reports.map((report) => (
                <CoverageItem key={report.check} report={report} />
              ))}
            </ul>
          )}
        </QueryState>
      </Panel>
    </div>
  );
}

/** Of checks that ran again, the last. */
function newest(results: readonly Result[]): Result[] {
  const found = new Map<string, Result>();
  for (const result of results) {
    const key = `${result.source}:${result.name}`;
    const known = found.get(key);
    if (known === undefined || known.created_at < result.created_at) found.set(key, result);
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

const LOOKS: Readonly<Record<string, { icon: LucideIcon; className: string; word: string }>> = {
  success: { icon: Check, className: 'text-good', word: 'passed' },
  failure: { icon: X, className: 'text-bad', word: 'failed' },
  pending: { icon: Loader, className: 'text-info', word: 'is running' },
  cancelled: { icon: CircleDashed, className: 'text-muted', word: 'was cancelled' },
  neutral: { icon: CircleDashed, className: 'text-muted', word: 'neutral' },
};

function CheckItem({ result }: { result: Result }) {
  const { icon: Icon, className, word } = LOOKS[result.conclusion] ?? { icon: CircleDashed, className: 'text-muted', word: result.conclusion };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 text-sm last:border-0">
      <Icon size={16} className={`shrink-0 ${className}`} aria-hidden />
      <span className="font-medium">
        <Untrusted inline text={result.name} />
      </span>
      <span className={className}>{word}</span>
      <span className="text-muted">{result.source === 'reeve' ? 'run by Reeve' : `told by ${result.source}`}</span>
      <span className="tnum ml-auto text-muted">{result.duration_ms === null ? <Time at={result.created_at} /> : duration(result.duration_ms)}</span>
      {result.summary !== '' && (
        <div className="w-full pl-7 text-muted">
          <Untrusted text={result.summary.length > 1000 ? `${result.summary.slice(0, 1000)}…` : result.summary} />
        </div>
      )}
    </li>
  );
}

function CoverageItem({ report }: { report: Report }) {
  const [open, setOpen] = useState(false);
  const share = report.lines_found === 0 ? 0 : report.lines_covered / report.lines_found;
  const missing = report.files.filter(({ uncovered }) => uncovered !== '');
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <li className="border-b border-line px-4 py-3 text-sm last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{report.check}</span>
        <span className="tnum text-muted">
          {report.lines_covered} of {report.lines_found} lines ({(share * 100).toFixed(1)} %)
        </span>
        <ProgressBar share={share} label={`Lines that ${report.check} runs`} className="w-40" />
      </div>
      {report.problem !== null && <p className="mt-1 text-warn">{report.problem}</p>}
      {missing.length > 0 && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="mt-1 -ml-1 flex min-h-6 items-center gap-1 rounded px-1 text-muted hover:bg-hover"
        >
          <Arrow size={14} aria-hidden /> Lines that no test runs ({missing.length} {missing.length === 1 ? 'file' : 'files'})
        </button>
      )}
      {open && (
        <ul className="mt-1 font-mono text-xs">
          {missing.map((file) => (
            <li key={file.path} className="wrap-anywhere">
              <Untrusted inline text={file.path} />: <span className="text-muted">{file.uncovered}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
