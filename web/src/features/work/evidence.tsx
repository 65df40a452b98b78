import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ForgeLink } from '../../ui/forge-link.tsx';
import { moneyText } from '../../ui/money-text.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { actionQuery, onePlanQuery, runQuery, summaryQuery, type TimelineEntry } from './queries.ts';

/** Whether there is more to see than the sentence. */
export function hasEvidence({ detail, evidence, links }: TimelineEntry): boolean {
  return detail !== null || evidence.length > 0 || Object.entries(links).some(([name, value]) => value !== null && name !== 'pull_number');
}

/** What an entry rests on: its reason, what it was concluded from, the thing itself, and where each can be looked up. */
export function Evidence({ entry }: { entry: TimelineEntry }) {
  return (
    <div className="mt-1.5 mb-2 flex flex-col gap-3 rounded-md border border-line bg-sunken p-3 text-sm">
      {entry.detail !== null && <Untrusted text={entry.detail} className="max-h-72 overflow-y-auto" />}
      {entry.evidence.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {entry.evidence.map((one, index) => (
            <li key={index}>
              <Untrusted inline text={one} />
            </li>
          ))}
        </ul>
      )}
      <Thing entry={entry} />
      <Places entry={entry} />
    </div>
  );
}

/** The thing the entry is about, read when it is unfolded. */
function Thing({ entry: { stage, links } }: { entry: TimelineEntry }) {
  if (stage === 'run' && links.run_id !== null) return <RunFacts id={links.run_id} />;
  if (stage === 'plan' && links.plan_id !== null) return <PlanFacts id={links.plan_id} />;
  if (stage === 'change_request' && links.change_request_id !== null) return <ChangeFacts id={links.change_request_id} />;
  if ((stage === 'approval' || stage === 'action' || stage === 'pull') && links.action_id !== null) return <ActionFacts id={links.action_id} />;
  return null;
}

const loading = <Skeleton className="h-16" />;

function RunFacts({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(runQuery(id))} noun="the run" loading={loading}>
      {(run) => (
        <Facts
          rows={[
            ['Outcome', <StateBadge key="state" state={run.state} />],
            ['Agent', `${run.agent}, ${run.role}, try ${run.attempt}`],
            [
              'Tokens',
              <span
                key="tokens"
                className="tnum"
              >{`${run.usage.input_tokens.toLocaleString('en')} in, ${run.usage.output_tokens.toLocaleString('en')} out`}</span>,
            ],
            [
              'Cost',
              <span key="cost" className="tnum">
                {moneyText(run.usage.cost_micros)}
              </span>,
            ],
            ['Took', run.started_at === null || run.ended_at === null ? undefined : duration(Date.parse(run.ended_at) - Date.parse(run.started_at))],
            ['Sandbox', run.sealed ? run.sandbox : `${run.sandbox}, unsealed`],
          ]}
        />
      )}
    </QueryState>
  );
}

function PlanFacts({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(onePlanQuery(id))} noun="the plan" loading={loading}>
      {({ document, state }) => (
        <div className="flex flex-col gap-2">
          <p className="flex flex-wrap items-center gap-2">
            <StateBadge state={state} /> estimate {document.estimate}
          </p>
          <Untrusted text={document.story} />
          <Titled name="Acceptance" texts={document.acceptance.map((one) => (typeof one === 'string' ? one : one.text))} />
          <Titled name="Risks" texts={document.risks.map(({ severity, text }) => `${severity}: ${text}`)} />
        </div>
      )}
    </QueryState>
  );
}

function Titled({ name, texts }: { name: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <div>
      <p className="font-medium">{name}</p>
      <ul className="list-disc pl-5">
        {texts.map((text, index) => (
          <li key={index}>
            <Untrusted inline text={text} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function ChangeFacts({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(summaryQuery(id))} noun="the change" loading={loading}>
      {(summary) => (
        <div className="flex flex-col gap-2">
          <p className="font-medium">
            <Untrusted inline text={summary.headline} />
          </p>
          <Untrusted text={summary.what.summary} />
          <p className="tnum text-muted">{`${summary.what.files} file${summary.what.files === 1 ? '' : 's'}, +${summary.what.added} −${summary.what.deleted}`}</p>
        </div>
      )}
    </QueryState>
  );
}

function ActionFacts({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(actionQuery(id))} noun="the action" loading={loading}>
      {(action) => (
        <Facts
          rows={[
            ['State', <StateBadge key="state" state={action.status} />],
            ['Risk', action.risk],
            ['Digest', <Digest key="digest" value={action.digest} what="digest" />],
          ]}
        />
      )}
    </QueryState>
  );
}

const LINK = 'inline-flex min-h-6 items-center text-accent hover:underline';

/** Where the entry can be looked up, as links. */
function Places({ entry: { links, actor } }: { entry: TimelineEntry }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <RowLinks links={links} />
      {links.record_id !== null && (
        <Link className={LINK} to="/compliance/$id" params={{ id: links.record_id }}>
          Record
        </Link>
      )}
      {links.ledger_seq !== null && (
        <Link className={`${LINK} tnum`} to="/ledger/$seq" params={{ seq: String(links.ledger_seq) }}>
          {`Ledger ${links.ledger_seq}`}
        </Link>
      )}
      {links.url !== null && (
        <ForgeLink className={LINK} href={links.url}>
          On the forge
        </ForgeLink>
      )}
      <span className="text-muted">
        recorded as <Untrusted inline text={actor} />
      </span>
      {links.commit !== null && (
        <span className="inline-flex items-center gap-1 text-muted">
          commit <Digest value={links.commit} what="commit" />
        </span>
      )}
    </div>
  );
}

/** Pages of the things the entry names. */
function RowLinks({ links }: Pick<TimelineEntry, 'links'>) {
  return (
    <>
      {links.run_id !== null && (
        <Link className={LINK} to="/runs/$id" params={{ id: links.run_id }}>
          Run
        </Link>
      )}
      {links.change_request_id !== null && (
        <Link className={LINK} to="/queue/$id" params={{ id: links.change_request_id }}>
          Change request
        </Link>
      )}
      {links.action_id !== null && (
        <Link className={LINK} to="/approvals/$id" params={{ id: links.action_id }}>
          Action
        </Link>
      )}
      {links.pull_id !== null && (
        <Link className={LINK} to="/pulls/$id" params={{ id: links.pull_id }}>
          {`Pull request${links.pull_number === null ? '' : ` #${links.pull_number}`}`}
        </Link>
      )}
    </>
  );
}
