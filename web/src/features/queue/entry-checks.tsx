import { CircleCheck, CircleX, ListChecks } from 'lucide-react';
import { Digest } from '../../ui/digest.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { EntryDetail } from './queries.ts';
import { checkRuns, type CheckRun } from './story.ts';

/** What the queue ran on exactly the tree that would land, with the output of what failed; beside it what the submitter says it ran. */
export function EntryChecks({ entry }: { entry: EntryDetail }) {
  const runs = checkRuns(entry.journal);
  const claimed = entry.account.checks.filter(({ by }) => by === 'submitter');
  return (
    <div className="flex flex-col gap-4">
      {runs.length === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          <Empty icon={ListChecks} title="Not verified yet">
            The checks run on the merged files before anything lands.
          </Empty>
        </div>
      )}
      {runs.map((run, at) => (
        <RunPanel key={at} run={run} />
      ))}
      {claimed.length > 0 && (
        <Panel title="What the submitter says it ran">
          <p className="mb-2 text-sm text-muted">Not relied upon: the queue runs the project's checks itself.</p>
          <ul className="flex flex-col gap-1">
            {claimed.map((check) => (
              <CheckLine key={check.name} name={check.name} command={check.command} exitCode={check.exit_code} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function RunPanel({ run }: { run: CheckRun }) {
  return (
    <Panel
      title={
        <span className={`inline-flex items-center gap-1.5 ${run.passed ? 'text-good' : 'text-bad'}`}>
          {run.passed ? <CircleCheck size={16} aria-hidden /> : <CircleX size={16} aria-hidden />}
          {run.passed ? 'Passed' : 'Failed'}
        </span>
      }
      aside={
        <span className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
          {run.tree !== null && (
            <span className="inline-flex items-center gap-1">
              tree <Digest value={run.tree} length={8} what="tree" />
            </span>
          )}
          <Time at={run.at} />
        </span>
      }
    >
      {run.judgement !== null && <Untrusted text={run.judgement} className="mb-3 text-sm" />}
      {run.known && <p className="text-sm text-muted">Exactly this tree had passed before; nothing was run again.</p>}
      {!run.known && run.checks.length === 0 && <p className="text-sm text-muted">The project has no checks.</p>}
      <ul className="flex flex-col gap-3">
        {run.checks.map((check) => (
          <li key={check.name} className="min-w-0">
            <CheckLine name={check.name} command={check.command} exitCode={check.exitCode} as="div" />
            {check.output !== null && check.output !== '' && (
              <pre
                tabIndex={0}
                aria-label={`Output of ${check.name}`}
                className="mt-1.5 max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5"
              >
                <Untrusted text={check.output} />
              </pre>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CheckLine({
  name,
  command,
  exitCode,
  as: Tag = 'li',
}: {
  name: string;
  command: string | null;
  exitCode: number | null;
  as?: 'li' | 'div';
}) {
  const passed = exitCode === 0;
  return (
    <Tag className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm">
      {passed ? (
        <CircleCheck size={14} className="shrink-0 text-good" aria-hidden />
      ) : (
        <CircleX size={14} className="shrink-0 text-bad" aria-hidden />
      )}
      <span className="font-medium">
        <Untrusted text={name} inline />
      </span>
      {command !== null && (
        <code className="min-w-0 font-mono text-xs wrap-anywhere text-muted">
          <Untrusted text={command} inline />
        </code>
      )}
      <span className={passed ? 'text-muted' : 'text-bad'}>{passed ? 'passed' : exitCode === null ? 'did not end' : `failed with ${exitCode}`}</span>
    </Tag>
  );
}
