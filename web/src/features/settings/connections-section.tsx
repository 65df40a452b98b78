import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, CircleDashed, Power, X, type LucideIcon } from 'lucide-react';
import { api, read, type Answer } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Time } from '../../ui/time.tsx';
import type { Tone } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { NotYours } from './may-note.tsx';
import { connectionsQuery, type Connection } from './queries.ts';
import { useSave } from './use-save.ts';
import { WithCode } from './with-code.tsx';

const STATES: Readonly<Record<Connection['state'], { tone: Tone; icon: LucideIcon; word: string }>> = {
  works: { tone: 'good', icon: Check, word: 'works' },
  fails: { tone: 'bad', icon: X, word: 'fails' },
  unproven: { tone: 'neutral', icon: CircleDashed, word: 'not used yet' },
  off: { tone: 'neutral', icon: Power, word: 'not connected' },
};

/** What Reeve is connected to, and how it goes: what was measured, never what is hoped. */
export function ConnectionsSection() {
  const { may } = useSession();
  return may('maintainer') ? <Connections /> : <NotYours needs="maintainer" does="see the connections" />;
}

function Connections() {
  const query = useQuery(connectionsQuery);
  return (
    <QueryState query={query} noun="the connections">
      {({ items }) => {
        const [on, off] = [items.filter(({ configured }) => configured), items.filter(({ configured }) => !configured)];
        return (
          <div className="flex flex-col gap-4">
            <Panel title="Connected" flush aside={<span className="text-sm text-muted">{summaryOf(on)}</span>}>
              <ul aria-label="Connections" className="divide-y divide-line">
                {on.map((connection) => (
                  <ConnectionRow key={connection.id} connection={connection} />
                ))}
              </ul>
            </Panel>
            {off.length > 0 && (
              <Panel title="Not connected" flush>
                <ul className="divide-y divide-line">
                  {off.map(({ id, name, advice }) => (
                    <li key={id} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
                      <span className="w-48 shrink-0 font-medium">{name}</span>
                      <span className="min-w-0 flex-1 basis-60 text-sm text-muted wrap-anywhere">
                        {advice !== null && <WithCode text={advice} />}
                        {id === 'github' && (
                          <>
                            {' '}
                            <Link to="/welcome/github" className="text-accent underline underline-offset-2">
                              Connect it
                            </Link>
                          </>
                        )}
                      </span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </div>
        );
      }}
    </QueryState>
  );
}

function summaryOf(on: readonly Connection[]): string {
  const failing = on.filter(({ state }) => state === 'fails').length;
  return failing === 0 ? 'nothing fails' : `${failing} of ${on.length} ${failing === 1 ? 'fails' : 'fail'}`;
}

function ConnectionRow({ connection }: { connection: Connection }) {
  const { may } = useSession();
  const [answer, setAnswer] = useState<Answer<'/v1/connections/{id}/check', 'post'> | null>(null);
  const check = useSave({
    write: (id: string) => read(api.POST('/v1/connections/{id}/check', { params: { path: { id } } })),
    renews: ['connections'],
  });
  const { icon: Icon, tone, word } = STATES[connection.state];
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-52">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{connection.name}</span>
            <Badge tone={tone} icon={<Icon size={12} aria-hidden />}>
              {word}
            </Badge>
          </p>
          {connection.where !== null && <Untrusted text={connection.where} className="mt-0.5 text-sm text-muted" />}
          {connection.id === 'github' && may('admin') && (
            <Link to="/welcome/github" className="text-sm text-accent underline underline-offset-2">
              Its repositories
            </Link>
          )}
        </div>
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 text-sm sm:w-64">
          <dt className="text-muted">Last event</dt>
          <dd>
            <Time at={connection.last_event_at} none="none" />
            {connection.last_event !== null && <span className="text-faint"> {connection.last_event}</span>}
          </dd>
          <dt className="text-muted">Last worked</dt>
          <dd>
            <Time at={connection.last_ok_at} none="not seen yet" />
          </dd>
        </dl>
        {may('admin') && !connection.can_check && <span className="hidden w-22 sm:block" />}
        {may('admin') && connection.can_check && (
          <Button
            size="small"
            busy={check.busy}
            aria-label={`Check now: ${connection.name}`}
            onClick={() => void check.run(connection.id).then(setAnswer)}
          >
            Check now
          </Button>
        )}
      </div>
      <Trouble connection={connection} />
      <div aria-live="polite">
        {check.problem !== null && <ProblemNote error={check.problem} />}
        {answer?.ok === true && <Untrusted text={`Checked just now: ${answer.detail}`} className="text-sm text-good" />}
        {answer?.ok === false && answer.advice !== null && <p className="text-sm text-muted">{answer.advice}</p>}
      </div>
    </li>
  );
}

function Trouble({ connection: { state, problem, advice, last_failure: failure } }: { connection: Connection }) {
  return (
    <>
      {problem !== null && <p className="text-sm text-bad wrap-anywhere">{problem}</p>}
      {failure !== null && (
        <p className={state === 'fails' ? 'text-sm text-bad wrap-anywhere' : 'text-sm text-faint wrap-anywhere'}>
          Last failure <Time at={failure.at} />: <Untrusted inline text={failure.detail} /> <code className="font-mono text-xs">{failure.call}</code>
        </p>
      )}
      {advice !== null && (
        <p className="text-sm text-muted wrap-anywhere">
          <WithCode text={advice} />
        </p>
      )}
    </>
  );
}
