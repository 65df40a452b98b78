import { Check, CircleHelp, X } from 'lucide-react';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Details } from './queries.ts';
import { listOf, nameOf, reasonOf } from './words.ts';

/** The rule that asked, in its words; who may decide; what they said so far. */
export function WhyPanel({ details }: { details: Details }) {
  const { approval, rule, eligible, votes } = details;
  const over = rule.limits.filter(({ state }) => state !== 'fine');
  return (
    <Panel title="Why people are asked">
      <dl className="grid grid-cols-[minmax(5rem,auto)_1fr] gap-x-4 gap-y-2 text-sm">
        <dt className="text-muted">Rule</dt>
        <dd className="min-w-0 wrap-anywhere">
          <code className="font-mono text-xs">{approval.rule}</code>
          <div>
            <Untrusted inline text={reasonOf(approval.why)} />
          </div>
        </dd>
        {rule.conditions.length > 0 && (
          <>
            <dt className="text-muted">Conditions</dt>
            <dd className="flex min-w-0 flex-col gap-1">
              {rule.conditions.map((condition) => (
                <Condition key={`${condition.member}:${condition.text}`} condition={condition} />
              ))}
            </dd>
          </>
        )}
        {over.length > 0 && (
          <>
            <dt className="text-muted">Limits</dt>
            <dd className="min-w-0 wrap-anywhere">
              {over.map(({ name, reason }) => (
                <div key={name}>
                  <code className="font-mono text-xs">{name}</code> <Untrusted inline text={reason} />
                </div>
              ))}
            </dd>
          </>
        )}
        <dt className="text-muted">Who decides</dt>
        <dd className="min-w-0 wrap-anywhere">{whoDecides(details)}</dd>
        {approval.status === 'pending' && eligible.length === 0 && (
          <>
            <dt className="text-muted" />
            <dd className="text-warn">At the moment nobody may decide it.</dd>
          </>
        )}
        {votes.length > 0 && (
          <>
            <dt className="text-muted">Said so far</dt>
            <dd className="flex min-w-0 flex-col gap-1">
              {votes.map((vote) => (
                <div key={vote.by}>
                  {nameOf(vote.by)}: {VOTE_WORDS[vote.decision]} <Time at={vote.at} className="text-muted" />
                  {vote.reason !== null && vote.reason !== '' && <Untrusted text={vote.reason} className="text-muted" />}
                </div>
              ))}
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

const VOTE_WORDS = { approve: 'yes', decline: 'no', modify: 'changed it' } as const;

function whoDecides({ approval, eligible }: Details): string {
  const roles = `any ${approval.approvers.join(' or ')}`;
  const many = approval.votes.needed > 1 ? `${approval.votes.needed} of them; ${approval.votes.yes} said yes` : 'one of them';
  const people = eligible.length === 0 ? '' : `: ${listOf(eligible.map(nameOf))}`;
  const asked = approval.asked === null ? '' : ` ${capital(nameOf(approval.asked))} was asked last.`;
  return `${capital(roles)}${people} (${many}).${asked}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function Condition({ condition: { text, holds, error } }: { condition: Details['rule']['conditions'][number] }) {
  const Icon = holds === null ? CircleHelp : holds ? Check : X;
  const word = holds === null ? `has no answer${error === null ? '' : `: ${error}`}` : holds ? 'holds' : 'does not hold';
  return (
    <div className="flex gap-1.5">
      <Icon size={14} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <span className="min-w-0 wrap-anywhere">
        <code className="font-mono text-xs">{text}</code> <span className="text-muted">{word}</span>
      </span>
    </div>
  );
}
