import { useCallback, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Stamp } from 'lucide-react';
import { useLiveEvents } from '../../api/live.ts';
import type { LiveEvent } from '../../api/topics.ts';
import { useSession } from '../../app/session.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { PolicyEditor, type ProposedPolicy } from './policy-editor.tsx';
import { PolicyExplain } from './policy-explain.tsx';
import { PolicySimulation } from './policy-simulation.tsx';
import { PolicyVersions } from './policy-versions.tsx';
import { stillWaits } from './policy-words.ts';
import { policyProposalQuery, policyProposalsQuery, policyQuery, type Policy } from './queries.ts';
import { whoIs } from './who.ts';

const TABS = ['edit', 'explain', 'simulate', 'versions'] as const;

/** The rules: read, tried on a copy, and proposed. Nothing here puts a text in force; people do, by an approval. */
export function PolicySection() {
  const { me } = useSession();
  const query = useQuery(policyQuery(me.projects?.[0] ?? null));
  const queries = useQueryClient();
  useLiveEvents(
    useCallback(
      (event: LiveEvent) => {
        const { kind } = (event.data ?? {}) as { kind?: unknown };
        if (event.type === 'action.executed' && kind === 'policy.update') void queries.invalidateQueries({ queryKey: ['policy'] });
      },
      [queries],
    ),
  );
  return (
    <QueryState query={query} noun="the policy">
      {(policy) => <PolicyViews policy={policy} />}
    </QueryState>
  );
}

/** What is being written over which text. */
export interface PolicyDraft {
  text: string;
  /** Hash of what was in force when the writing began. */
  over: string;
}

function PolicyViews({ policy }: { policy: Policy }) {
  const navigate = useNavigate();
  const { tab: given } = useSearch({ strict: false });
  const [kept, setDraft] = useState<PolicyDraft | null>(null);
  const [told, setProposed] = useState<ProposedPolicy | null>(null);
  const asked = useQuery({ ...policyProposalQuery(told?.answer.action_id ?? ''), enabled: told !== null });
  // Declined, expired or withdrawn: the same text may be proposed again, and is a draft that is nowhere else.
  const proposed = told !== null && stillWaits(asked.data?.status) ? told : null;
  // What has come in force meanwhile is no draft any more.
  const draft = kept === null || kept.text === policy.text ? null : kept;
  const tab = TABS.find((one) => one === given) ?? 'edit';
  const text = draft?.text ?? policy.text;
  const write = (next: string): void => setDraft({ text: next, over: draft?.over ?? policy.hash });
  const tried = draft === null ? null : draft.text;
  return (
    <>
      <Waiting />
      <Tabs
        label="The policy"
        value={tab}
        onValueChange={(value) =>
          void navigate({
            to: '/settings/$section',
            params: { section: 'policy' },
            search: (before) => ({ ...before, tab: value }),
            replace: true,
            ignoreBlocker: true,
          })
        }
        tabs={[
          {
            value: 'edit',
            label: 'Rules',
            content: (
              <PolicyEditor
                policy={policy}
                draft={draft}
                text={text}
                proposed={proposed}
                onProposed={setProposed}
                onWrite={write}
                onDrop={() => setDraft(null)}
                onTake={() => setDraft({ text, over: policy.hash })}
              />
            ),
          },
          { value: 'explain', label: 'Explain', content: <PolicyExplain tried={tried} /> },
          { value: 'simulate', label: 'Simulate', content: <PolicySimulation text={text} isDraft={draft !== null} /> },
          {
            value: 'versions',
            label: 'Versions',
            content: <PolicyVersions inForce={policy.text} draft={tried} onTake={(next) => setDraft({ text: next, over: policy.hash })} />,
          },
        ]}
      />
      <LeaveGuard dirty={draft !== null && draft.text !== proposed?.text} what="the policy" />
    </>
  );
}

/** Changes that wait for people. */
function Waiting() {
  const { data } = useQuery(policyProposalsQuery);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <ul aria-label="Proposed changes" className="mb-4 flex flex-col gap-2">
      {data.items.map(({ id, record, created_at: at, votes }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          <Stamp size={15} aria-hidden />
          <span className="min-w-0 flex-1 basis-60">
            <Untrusted inline text={proposerOf(record)} /> proposed another policy <Time at={at} />. It has {votes.yes} of {votes.needed} yes.
          </span>
          <Link to="/approvals/$id" params={{ id }} className="font-medium underline underline-offset-2">
            Open the approval
          </Link>
        </li>
      ))}
    </ul>
  );
}

function proposerOf(record: Readonly<Record<string, unknown>>): string {
  const { subject } = (record['proposer'] ?? {}) as { subject?: unknown };
  return typeof subject === 'string' ? whoIs(subject) : 'Somebody';
}
