import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Digest } from '../../ui/digest.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Document } from './queries.ts';

const person = (subject: string): string => subject.replace(/^person:/, '');

const VOTES: Readonly<Record<string, string>> = { approve: 'Approved', decline: 'Declined', modify: 'Changed', ask: 'Asked about' };

/** Who decided what, when, and under which rule. */
export function DecisionsPanel({ record }: { record: Document }) {
  return (
    <Panel title="Decisions" flush>
      {record.decisions.length === 0 ? (
        <p className="p-4 text-sm text-muted">No decision about this change is on record.</p>
      ) : (
        <ul>
          {record.decisions.map((decision) => (
            <li key={decision.action_id} className="flex flex-col gap-1.5 border-b border-line px-4 py-3 text-sm last:border-0">
              <div className="flex flex-wrap items-center gap-2">
                <Link
                  to="/approvals/$id"
                  params={{ id: decision.action_id }}
                  className="inline-flex min-h-6 items-center font-mono font-medium text-accent hover:underline"
                >
                  {decision.kind}
                </Link>
                <StateBadge state={decision.status} />
                <Badge>{decision.risk} risk</Badge>
                {decision.self_approved && <Badge tone="warn">self-approved</Badge>}
                <Digest value={decision.digest} what="the digest" />
              </div>
              <ul className="flex flex-col gap-1">
                {decision.votes.map((vote) => (
                  <li key={`${vote.by} ${vote.at}`}>
                    {VOTES[vote.decision ?? ''] ?? vote.decision ?? 'voted'} by <span className="font-medium">{person(vote.by)}</span>
                    {vote.role !== null && <span className="text-muted"> ({vote.role})</span>}, <Time at={vote.at} />
                    {vote.reason !== null && vote.reason !== '' && (
                      <Untrusted text={vote.reason} className="border-l-2 border-line pl-2 text-muted" />
                    )}
                  </li>
                ))}
                {decision.emergency !== undefined && decision.emergency !== null && (
                  <li className="text-bad">
                    Two people broke glass: {person(decision.emergency.opened_by ?? '?')} and {person(decision.emergency.confirmed_by ?? '?')}
                    {decision.emergency.reason !== null && <Untrusted text={decision.emergency.reason} />}
                  </li>
                )}
              </ul>
              <p className="text-muted">
                {decision.votes.length === 0 && 'Allowed by the policy itself. '}Rule <span className="font-mono">{decision.rule}</span>; proposed by{' '}
                {person(decision.proposed_by)} <Time at={decision.proposed_at} />, done <Time at={decision.executed_at} none="not yet" />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Table({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full text-left text-sm">
        <thead className="bg-sunken text-xs text-muted">
          <tr>
            {head.map((name) => (
              <th key={name} scope="col" className="px-4 py-1.5 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&_td]:px-4 [&_td]:py-2 [&_tr]:border-t [&_tr]:border-line">{children}</tbody>
      </table>
    </div>
  );
}

/** The checks it landed on, by whom they were run. */
export function ChecksPanel({ record }: { record: Document }) {
  return (
    <Panel title="Checks" flush>
      {record.checks.length === 0 ? (
        <p className="p-4 text-sm text-muted">No check ran on it.</p>
      ) : (
        <Table label="Checks" head={['Check', 'Result', 'Run by', 'Commit']}>
          {record.checks.map((check) => (
            <tr key={`${check.name} ${check.by} ${check.commit}`}>
              <td>
                <Untrusted inline text={check.name} />
              </td>
              <td>
                <StateBadge state={check.conclusion} />
              </td>
              <td>{check.by === 'reeve' ? 'Reeve itself' : check.by}</td>
              <td>{check.commit === null ? '–' : <Digest value={check.commit} what="the commit" />}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

/** Agents and models that had a part in it. */
export function AgentsPanel({ record }: { record: Document }) {
  return (
    <Panel title="Agents and models" flush>
      {record.agents.length === 0 && record.models.length === 0 && <p className="p-4 text-sm text-muted">None had a part in it.</p>}
      {record.agents.length > 0 && (
        <Table label="Runs of agents" head={['Run', 'Role', 'Prompt', 'Worked']}>
          {record.agents.map((run) => (
            <tr key={run.run_id}>
              <td>
                <Link to="/runs/$id" params={{ id: run.run_id }} className="inline-flex min-h-6 items-center text-accent hover:underline">
                  {run.agent}
                </Link>
              </td>
              <td>{run.role}</td>
              <td>{run.prompt_version ?? '–'}</td>
              <td className="whitespace-nowrap">
                <Time at={run.started_at} none="not begun" />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {record.models.length > 0 && (
        <Table label="Models that were asked" head={['Model', 'Version', 'For', 'Prompt']}>
          {record.models.map((use) => (
            <tr key={`${use.prompt_hash} ${use.at}`}>
              <td>{use.model}</td>
              <td>{use.version ?? 'not told'}</td>
              <td>{use.purpose}</td>
              <td>
                {use.prompt_name}@{use.prompt_version}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
