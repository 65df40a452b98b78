import { useState } from 'react';
import { Check, CirclePlay, LockKeyhole, LockKeyholeOpen, X } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select } from '../../ui/text-input.tsx';
import { duration } from '../../ui/time-words.ts';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { limitWords } from './agent-words.ts';
import type { Agent, AgentTest } from './queries.ts';
import { useSave } from './use-save.ts';
import { whoIs } from './who.ts';

/** One agent: how it is started, what it may use up, and whether it starts. */
export function AgentCard({ agent }: { agent: Agent }) {
  const { may } = useSession();
  const [limit, setLimit] = useState(30);
  const test = useSave({
    write: (limitS: number) => read(api.POST('/v1/agents/{name}/test', { params: { path: { name: agent.name } }, body: { limit_s: limitS } })),
    renews: ['agents'],
  });
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          <Untrusted inline text={agent.name} />
          {agent.roles.map((role) => (
            <Badge key={role} tone="accent">
              {role}
            </Badge>
          ))}
        </span>
      }
      aside={
        may('admin') && (
          <span className="flex items-center gap-2">
            <Select
              aria-label={`Longest test of ${agent.name}`}
              className="w-auto"
              value={limit}
              onChange={(event) => setLimit(Number(event.target.value))}
            >
              {[10, 30, 60, 120].map((seconds) => (
                <option key={seconds} value={seconds}>
                  up to {seconds} s
                </option>
              ))}
            </Select>
            <Button
              icon={<CirclePlay size={15} aria-hidden />}
              busy={test.busy}
              onClick={() => void test.run(limit)}
              aria-label={`Test ${agent.name}`}
            >
              {test.busy ? 'Testing' : 'Test'}
            </Button>
          </span>
        )
      }
    >
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        <Facts
          className="content-start"
          rows={[
            ['Driven by', agent.harness === 'acp' ? 'Agent Client Protocol' : 'a plain command'],
            [
              'Command',
              <code key="command" className="font-mono text-xs wrap-anywhere">
                <Untrusted inline text={agent.command.join(' ')} />
              </code>,
            ],
            ['Network', <Network key="network" sealed={agent.sealed} />],
            ['Sandbox', agent.sandbox ?? 'as the project says'],
            ['Skills', agent.skills.length === 0 ? 'any' : agent.skills.join(', ')],
          ]}
        />
        <Facts className="content-start" rows={[['At once', `${agent.concurrency} runs`], ...limitWords(agent.limits)]} />
      </div>
      <div aria-live="polite" aria-busy={test.busy} className="mt-4 border-t border-line pt-4">
        {test.problem !== null && <ProblemNote error={test.problem} className="mb-3" />}
        {agent.last_test === null ? (
          <p className="text-sm text-muted">It was never tested. A test starts it, asks who it is, and ends it; no model is asked.</p>
        ) : (
          <TestResult test={agent.last_test} />
        )}
      </div>
    </Panel>
  );
}

function Network({ sealed }: { sealed: boolean }) {
  const Icon = sealed ? LockKeyhole : LockKeyholeOpen;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon size={14} className={sealed ? 'text-good' : 'text-warn'} aria-hidden />
      {sealed ? 'sealed: the model alone, through the gateway' : 'open: it reaches what this machine reaches'}
    </span>
  );
}

/** What the last test said. The agent's words are its own: shown as they are. */
function TestResult({ test }: { test: AgentTest }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {test.ok ? (
          <Badge tone="good" icon={<Check size={12} aria-hidden />}>
            starts
          </Badge>
        ) : (
          <Badge tone="bad" icon={<X size={12} aria-hidden />}>
            does not start
          </Badge>
        )}
        <span className="text-sm text-muted">
          tested <Time at={test.tested_at} /> by {whoIs(test.tested_by)}, took <span className="tnum">{duration(test.duration_ms)}</span>
        </span>
      </p>
      <Untrusted text={test.detail} className="text-sm" />
      {test.advice !== null && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn wrap-anywhere">
          <span className="font-medium">What to do: </span>
          {test.advice}
        </p>
      )}
      {(test.name !== null || test.protocol !== null) && (
        <Facts
          rows={[
            ['It calls itself', <Untrusted key="name" inline text={[test.name, test.version].filter((part) => part !== null).join(' ') || '–'} />],
            ['Speaks', test.protocol ?? undefined],
            ['Can', test.capabilities.length === 0 ? undefined : <Untrusted key="can" inline text={test.capabilities.join(', ')} />],
            [
              'Logs in by',
              test.auth_methods.length === 0 ? undefined : (
                <Untrusted key="auth" inline text={test.auth_methods.map(({ name }) => name).join(', ')} />
              ),
            ],
            ['Modes', test.modes.length === 0 ? undefined : <Untrusted key="modes" inline text={test.modes.join(', ')} />],
          ]}
        />
      )}
    </div>
  );
}
