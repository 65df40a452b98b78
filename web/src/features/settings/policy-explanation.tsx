import { Check, CircleAlert, Minus, X, type LucideIcon } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { MODES, type DecidedMode } from './policy-words.ts';
import type { Explained } from './queries.ts';

/** What the rules say about an action, and how that came about. */
export function Explanation({ explained, kind }: { explained: Explained; kind: string }) {
  const mode: DecidedMode = explained.answer === 'deny' ? 'deny' : (explained.mode ?? 'auto');
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-sm">{kind}</code>
          <Badge tone={MODES[mode].tone}>{MODES[mode].words}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        <Untrusted text={explained.reason} />
        <Facts
          rows={[
            [
              'Rule',
              <code key="rule" className="font-mono">
                {explained.rule_name}
              </code>,
            ],
            [
              'Decided by',
              explained.rule === explained.rule_name ? undefined : (
                <code key="by" className="font-mono">
                  {explained.rule}
                </code>
              ),
            ],
            ['Risk', explained.risk],
            ['Approvers', explained.approvers.length === 0 ? undefined : `${explained.min_approvals} of ${explained.approvers.join(', ')}`],
            ['Time to decide', explained.ttl === null ? undefined : duration(explained.ttl * 1000)],
            ['Policy', explained.sources.organisation === 'default' ? 'the one that is shipped' : explained.sources.organisation],
            ['Project’s own', explained.sources.override ?? undefined],
            [
              'Engine beside it',
              explained.engine === null ? undefined : `${explained.engine.name}: ${explained.engine.answer}. ${explained.engine.reason}`,
            ],
          ]}
        />
        {explained.conditions.length > 0 && <Conditions conditions={explained.conditions} />}
        <Limits limits={explained.limits} />
        {explained.tightened.length > 0 && (
          <div>
            <h3 className="mb-1 text-sm font-medium">Made stricter by the project</h3>
            <ul className="flex flex-col gap-1 text-sm text-muted">
              {explained.tightened.map(({ path, from, to }) => (
                <li key={path} className="wrap-anywhere">
                  <code className="font-mono">{path}</code>: {from} became {to}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Panel>
  );
}

const HOLDS: Readonly<Record<'true' | 'false' | 'null', { icon: LucideIcon; word: string; tone: string }>> = {
  true: { icon: Check, word: 'holds', tone: 'text-good' },
  false: { icon: X, word: 'does not hold', tone: 'text-warn' },
  null: { icon: CircleAlert, word: 'has no answer', tone: 'text-bad' },
};

function Conditions({ conditions }: { conditions: Explained['conditions'] }) {
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">Conditions</h3>
      <ul className="flex flex-col gap-2 text-sm">
        {conditions.map(({ member, text, holds, error }) => {
          const { icon: Icon, word, tone } = HOLDS[`${holds}`];
          return (
            <li key={`${member} ${text}`} className="flex items-start gap-2">
              <Icon size={15} className={`mt-0.5 shrink-0 ${tone}`} aria-hidden />
              <div className="min-w-0">
                <code className="font-mono wrap-anywhere">
                  {member}: {text}
                </code>{' '}
                <span className={tone}>{word}</span>
                {error !== null && <p className="text-bad">{error}</p>}
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const LIMIT_WORDS: Readonly<Record<Explained['limits'][number]['state'], { icon: LucideIcon; word: string; tone: string }>> = {
  fine: { icon: Check, word: 'kept', tone: 'text-good' },
  over: { icon: CircleAlert, word: 'not kept', tone: 'text-warn' },
  deny: { icon: X, word: 'cannot be judged', tone: 'text-bad' },
  unconcerned: { icon: Minus, word: 'not concerned', tone: 'text-faint' },
};

function Limits({ limits }: { limits: Explained['limits'] }) {
  const told = limits.filter(({ state }) => state !== 'unconcerned');
  if (told.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">Limits</h3>
      <ul className="flex flex-col gap-1 text-sm">
        {told.map(({ name, state, reason }) => {
          const { icon: Icon, word, tone } = LIMIT_WORDS[state];
          return (
            <li key={name} className="flex items-start gap-2">
              <Icon size={15} className={`mt-0.5 shrink-0 ${tone}`} aria-hidden />
              <span className="min-w-0 wrap-anywhere">
                <code className="font-mono">{name}</code> <span className={tone}>{word}</span>
                {reason !== '' && <span className="text-muted">: {reason}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
