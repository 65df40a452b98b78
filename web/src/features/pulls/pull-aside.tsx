import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Hourglass } from 'lucide-react';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { findingsText, nameOf, waitsText } from './pull-words.ts';
import { suggestedQuery, type PullDetail } from './queries.ts';

const LINK = 'text-accent hover:underline';

/** Beside the story: who is waited for, what reviews say, who should look, where it belongs. */
export function PullAside({ pull }: { pull: PullDetail }) {
  return (
    <aside aria-label="About this pull request" className="flex min-w-0 flex-col gap-4">
      {pull.state === 'open' && <Waiting pull={pull} />}
      <Reviews pull={pull} />
      {pull.state === 'open' && <Suggested id={pull.id} />}
      <Panel title="Facts">
        <Facts
          rows={[
            ['Issue', issueLink(pull)],
            ['Project', pull.project],
            ['Head', <Digest key="head" value={pull.head_sha} what="head commit" />],
            ['Merged as', pull.merge_sha === null ? undefined : <Digest key="merged" value={pull.merge_sha} what="merge commit" />],
            ['Merge queue', queueLink(pull)],
            ['Agent at work', runLink(pull)],
            ['Compliance', complianceLink(pull)],
            ['Updated', <Time key="updated" at={pull.updated_at} />],
          ]}
        />
      </Panel>
    </aside>
  );
}

function Waiting({ pull }: { pull: PullDetail }) {
  return (
    <Panel title="Who is waited for">
      <div className="flex gap-2 text-sm">
        <Hourglass size={16} className="mt-0.5 shrink-0 text-faint" aria-hidden />
        <div className="min-w-0">
          <p className="font-medium wrap-anywhere">{waitsText(pull)}</p>
          <p className="wrap-anywhere text-muted">
            {pull.waiting.why}.{' '}
            {pull.waiting.since !== null && (
              <>
                Begun <Time at={pull.waiting.since} />.
              </>
            )}
          </p>
          {pull.approval?.status === 'pending' && (
            <Link to="/approvals/$id" params={{ id: pull.approval.action_id }} className={LINK}>
              To the decision
            </Link>
          )}
        </div>
      </div>
    </Panel>
  );
}

function Reviews({ pull }: { pull: PullDetail }) {
  const { review, verdicts } = pull;
  const open = findingsText(pull);
  return (
    <Panel
      title="Reviews"
      aside={review !== null && <span className="text-sm text-muted">{review.rounds === 1 ? '1 round' : `${review.rounds} rounds`}</span>}
    >
      <ul className="flex flex-col gap-2 text-sm">
        {review === null && verdicts.length === 0 && <li className="text-muted">Nobody has reviewed it yet.</li>}
        {review !== null && (
          <li>
            <span className="font-medium">{review.reviewer}</span> <span className="text-muted">(agent)</span>:{' '}
            {open === '' ? 'no open finding' : `${open} open`}
            {review.head_sha !== pull.head_sha && <span className="text-muted">, of an older head</span>}
          </li>
        )}
        {verdicts.map((one) => (
          <li key={one.author} className="flex flex-wrap items-center gap-2">
            <span className="font-medium">
              <Untrusted inline text={one.author} />
            </span>
            <StateBadge state={one.verdict} />
            <span className="text-muted">
              <Time at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Suggested({ id }: { id: string }) {
  const query = useQuery(suggestedQuery(id));
  return (
    <Panel title="Who should review it">
      <QueryState query={query} noun="the suggestion" loading={<SkeletonRows rows={2} height="h-7" />}>
        {({ suggested, detail }) => (
          <div className="flex flex-col gap-2 text-sm">
            {suggested.length === 0 && <p className="text-muted">{detail}</p>}
            <ul className="flex flex-col gap-2">
              {suggested.map(({ handle, score, reasons }) => (
                <li key={handle}>
                  <p className="flex justify-between gap-2">
                    <span className="font-medium">{nameOf(handle)}</span>
                    <span className="tnum text-muted">{score} of 100</span>
                  </p>
                  <p className="text-muted">
                    <Untrusted inline text={reasons.join('; ')} />
                  </p>
                </li>
              ))}
            </ul>
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

function issueLink(pull: PullDetail) {
  if (pull.issue_id === null) return undefined;
  return (
    <Link to="/work/$id" params={{ id: pull.issue_id }} className={LINK}>
      <Untrusted inline text={`${pull.issue_number === null ? '' : `#${pull.issue_number} `}${pull.issue_title ?? ''}`} />
    </Link>
  );
}

function queueLink({ entry }: PullDetail) {
  if (entry === null) return undefined;
  return (
    <Link to="/queue/$id" params={{ id: entry.change_request_id }} className={LINK}>
      {entry.state.replaceAll('_', ' ')}
    </Link>
  );
}

function runLink({ run }: PullDetail) {
  if (run === null) return undefined;
  return (
    <Link to="/runs/$id" params={{ id: run.run_id }} className={LINK}>
      {run.agent} as {run.role}
    </Link>
  );
}

function complianceLink({ compliance_record_id: id }: PullDetail) {
  if (id === null) return undefined;
  return (
    <Link to="/compliance/$id" params={{ id }} className={LINK}>
      Its record
    </Link>
  );
}
