import { Link } from '@tanstack/react-router';
import { Facts } from '../../ui/facts.tsx';
import { moneyText } from '../../ui/money-text.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Digest } from '../../ui/digest.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { planProgress, type LogView } from './log-model.ts';
import { PlanList } from './plan-list.tsx';
import type { Run } from './queries.ts';
import { Questions } from './question-panel.tsx';
import { isOver, limitsOf, tokensText, workedMs, type LimitUse } from './run-words.ts';

/** Beside the log: how far it is, what it uses, where it belongs. */
export function RunAside({ run, log }: { run: Run; log: LogView }) {
  return (
    <aside aria-label="About this run" className="flex min-w-0 flex-col gap-4">
      <Questions run={run} />
      <PlanPanel run={run} log={log} />
      <UsePanel run={run} log={log} />
      <FactsPanel run={run} />
    </aside>
  );
}

function PlanPanel({ run, log }: { run: Run; log: LogView }) {
  const { done, all, share } = planProgress(log.plan);
  const progress = isOver(run) ? null : (log.progress ?? run.progress);
  if (all === 0 && progress === null) return null;
  return (
    <Panel title="Plan" aside={all > 0 && <span className="tnum text-sm text-muted">{`${done} of ${all} done`}</span>}>
      <div className="flex flex-col gap-3">
        {all > 0 && <ProgressBar share={share} label="Steps of the plan that are done" tone={share === 1 ? 'good' : 'accent'} />}
        {progress !== null && (
          <p className="text-sm">
            <Untrusted inline text={progress.message} />
            {progress.fraction !== null && <span className="tnum text-muted"> ({Math.round(progress.fraction * 100)} %)</span>}
          </p>
        )}
        {all > 0 && <PlanList entries={log.plan} />}
      </div>
    </Panel>
  );
}

function UsePanel({ run, log }: { run: Run; log: LogView }) {
  const now = useNow();
  const limits = limitsOf(run, log, now);
  const tokens = Math.max(run.usage.input_tokens + run.usage.output_tokens, (log.usage?.inputTokens ?? 0) + (log.usage?.outputTokens ?? 0));
  const micros = Math.max(run.usage.cost_micros, log.usage?.costMicros ?? 0);
  const own = log.usage !== null && !log.usage.counted && run.usage.input_tokens === 0;
  return (
    <Panel title="Used so far">
      {limits.length === 0 ? (
        <Facts
          rows={[
            ['Time', duration(workedMs(run, now))],
            [
              'Tokens',
              <span key="tokens" className="tnum">
                {tokensText(tokens)}
              </span>,
            ],
            [
              'Cost',
              <span key="cost" className="tnum">
                {moneyText(micros)}
              </span>,
            ],
          ]}
        />
      ) : (
        <ul className="flex flex-col gap-3">
          {limits.map((use) => (
            <Limit key={use.name} use={use} />
          ))}
        </ul>
      )}
      {own && <p className="mt-3 text-xs text-muted">Tokens are the agent's own word: it reaches its model without the gateway.</p>}
    </Panel>
  );
}

function Limit({ use }: { use: LimitUse }) {
  const share = use.used / use.limit;
  return (
    <li className="flex flex-col gap-1 text-sm">
      <div className="flex justify-between gap-2">
        <span className="text-muted">{use.name}</span>
        <span className="tnum">{use.text}</span>
      </div>
      <ProgressBar share={share} label={`${use.name} used of its limit`} tone={share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'accent'} />
    </li>
  );
}

function FactsPanel({ run }: { run: Run }) {
  return (
    <Panel title="Facts">
      <Facts
        rows={[
          ['Project', run.project],
          ['Repository', run.repository],
          ['Issue', issueLink(run)],
          ['Pull request', pullLink(run)],
          ['Change request', changeLink(run)],
          [
            'Target',
            <code key="target" className="font-mono text-xs">
              {run.target}
            </code>,
          ],
          ['Base', run.base_commit === null ? null : <Digest key="base" value={run.base_commit} what="base commit" />],
          ['Sandbox', run.sandbox],
          ['Prompt', run.prompt_version],
          ['Execution', run.execution > 1 ? `${run.execution} (started again after a break)` : undefined],
          ['Asked for', <Time key="asked" at={run.created_at} />],
          ['Ended', run.ended_at === null ? undefined : <Time key="ended" at={run.ended_at} />],
        ]}
      />
    </Panel>
  );
}

const LINK = 'text-accent hover:underline';

function issueLink(run: Run) {
  if (run.work_item_id === null) return undefined;
  return (
    <Link to="/work/$id" params={{ id: run.work_item_id }} className={LINK}>
      <Untrusted inline text={`${run.issue_number === null ? '' : `#${run.issue_number} `}${run.issue_title ?? run.work_item_id}`} />
    </Link>
  );
}

function pullLink(run: Run) {
  if (run.pull_id === null) return undefined;
  return (
    <Link to="/pulls/$id" params={{ id: run.pull_id }} className={LINK}>
      #{run.pull_number}
    </Link>
  );
}

function changeLink(run: Run) {
  if (run.change_request_id === null) return undefined;
  return (
    <Link to="/queue/$id" params={{ id: run.change_request_id }} className={LINK}>
      In the merge queue
    </Link>
  );
}
