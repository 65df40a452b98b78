import { Link, type LinkProps } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, Eye, MessageCircleQuestion, Stamp, type LucideIcon } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { cn } from '../../ui/class-names.ts';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { PanelFoot } from './group-head.tsx';
import { needsOf, urgency, type Need, type NeedKind } from './needs.ts';
import type { Home } from './queries.ts';

const LOOKS: Readonly<Record<NeedKind, readonly [icon: LucideIcon, word: string]>> = {
  question: [MessageCircleQuestion, 'Question'],
  approval: [Stamp, 'Approval'],
  review: [Eye, 'Review'],
  escalation: [CircleAlert, 'Escalation'],
};

const RISK: Readonly<Record<string, Tone>> = { high: 'bad', medium: 'warn', low: 'neutral' };

/** The inbox of the day: figures on top, each a link to all of its kind, then what to look at first. */
export function NeedsPanel({ home }: { home: Home }) {
  const needs = needsOf(home);
  return (
    <Panel id="needs-you" title="Needs you" flush>
      <ul className="grid grid-cols-2 border-b border-line sm:grid-cols-4">
        <Figure link={{ to: '/approvals' }} label="Approvals" count={home.approvals.count} note={approvalsNote(home)} />
        <Figure
          link={{ to: '/runs', search: { show: 'working' } }}
          label="Questions"
          count={home.questions.count}
          more={home.questions.more}
          note="from agents"
        />
        <Figure
          link={{ to: '/pulls', search: home.handle === null ? { waits: 'reviewers' } : { on: home.handle } }}
          label="Reviews"
          count={home.reviews.count}
          note="asked of you"
        />
        <Figure
          link={{ to: '/work', search: { state: ['needs_info', 'failed'] } }}
          label="Escalations"
          count={home.escalations.count}
          note="need a person"
        />
      </ul>
      {needs.length === 0 ? (
        <div className="flex flex-col items-center gap-1.5 px-6 py-10 text-center">
          <CircleCheck size={22} className="text-good" aria-hidden />
          <p className="font-medium">Nothing waits for you</p>
          <p className="max-w-md text-sm text-muted">
            Approvals, questions of agents, reviews and what agents could not finish appear here by themselves.
          </p>
        </div>
      ) : (
        <ul aria-label="What to look at first">
          {needs.map((need) => (
            <Row key={`${need.kind} ${need.key}`} need={need} />
          ))}
        </ul>
      )}
      {home.approvals.count > home.approvals.items.length && (
        <PanelFoot>
          <Link to="/approvals">All {home.approvals.count} approvals</Link>
        </PanelFoot>
      )}
    </Panel>
  );
}

function approvalsNote({ approvals, handle }: Home): string {
  if (handle === null) return 'you decide none';
  if (approvals.soon > 0) return `${approvals.soon} within the hour`;
  return approvals.all > approvals.count ? `of ${approvals.all} in all` : 'to decide';
}

interface FigureProps {
  link: Pick<LinkProps, 'to' | 'search'>;
  label: string;
  count: number;
  more?: boolean;
  note: string;
}

function Figure({ link, label, count, more = false, note }: FigureProps) {
  return (
    <li className="border-line odd:border-r sm:not-last:border-r nth-[-n+2]:border-b sm:nth-[-n+2]:border-b-0">
      <Link {...link} className="flex h-full flex-col gap-0.5 px-4 py-3 hover:bg-hover focus-visible:outline-offset-[-2px]">
        <span className="text-sm text-muted">{label}</span>
        <span className={cn('tnum text-2xl leading-tight font-semibold tracking-tight', count === 0 && 'text-faint')}>
          {count}
          {more ? '+' : ''}
        </span>
        <span className="text-sm text-muted">{note}</span>
      </Link>
    </li>
  );
}

function Row({ need }: { need: Need }) {
  const [Icon, word] = LOOKS[need.kind];
  const tone = urgency(need.due, useNow());
  return (
    <li className="border-b border-line last:border-0">
      <Link
        to={need.to}
        params={{ id: need.id }}
        className="flex items-start gap-3 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-2px] sm:items-center"
      >
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-muted sm:mt-0" />
        <span className="flex min-w-0 flex-1 flex-col gap-x-3 gap-y-1.5 sm:flex-row sm:items-center">
          <span className="min-w-0 flex-1">
            <span className="sr-only">{word}: </span>
            <Untrusted inline text={need.text} className="line-clamp-2 font-medium wrap-anywhere sm:line-clamp-1" />
            <Untrusted inline text={need.about} className="line-clamp-1 text-sm wrap-anywhere text-muted" />
          </span>
          <span className="flex shrink-0 items-center justify-between gap-3">
            {need.risk !== null && <Badge tone={RISK[need.risk] ?? 'neutral'}>{need.risk} risk</Badge>}
            {need.state !== null && <StateBadge state={need.state} />}
            <span className={cn('tnum min-w-20 text-right text-sm whitespace-nowrap', tone === 'neutral' ? 'text-muted' : TONE_TEXT[tone])}>
              {need.due === null ? null : <span className="sr-only">runs out </span>}
              <Time at={need.due ?? need.since} />
            </span>
          </span>
        </span>
      </Link>
    </li>
  );
}
