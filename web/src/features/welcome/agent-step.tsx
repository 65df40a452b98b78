import { useState } from 'react';
import { Check, CircleCheck, CircleDashed, RefreshCw, X } from 'lucide-react';
import type { Setup } from '../../app/setup.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Checkbox } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import {
  useAddAgent,
  useAgents,
  useFoundAgents,
  useRemoveAgent,
  useTestAgent,
  type AgentTest,
  type ConfiguredAgent,
  type FoundAgent,
} from './queries.ts';
import { useArrival } from './use-arrival.ts';

/** Agents found on the PATH of the server: choose one, say how it reaches a model, and see it answer. */
export function AgentStep({ setup, onDone }: { setup: Setup; onDone(): void }) {
  const found = useFoundAgents();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <Configured onDone={onDone} />
      <QueryState query={found} noun="the agents of this machine">
        {({ items }) => {
          const here = items.filter(({ path }) => path !== null);
          // With one there is nothing to choose.
          const agent = here.find(({ id }) => id === chosen) ?? (here.length === 1 ? here[0] : undefined) ?? null;
          return (
            <>
              {here.length === 0 ? (
                <Empty
                  title="No agent program was found"
                  action={
                    <Button icon={<RefreshCw size={15} aria-hidden />} busy={found.isFetching} onClick={() => void found.refetch()}>
                      Look again
                    </Button>
                  }
                >
                  Install one of those below for the user Reeve runs as, so that it is on its PATH. To see the whole way without one first, run{' '}
                  <code className="font-mono text-sm">npx reeve demo</code> in a terminal.
                </Empty>
              ) : (
                <fieldset className="flex flex-col gap-2">
                  <legend className="mb-2 text-sm font-medium">Found on this machine</legend>
                  {here.map((one) => (
                    <Choice key={one.id} agent={one} checked={agent?.id === one.id} onChoose={() => setChosen(one.id)} />
                  ))}
                </fieldset>
              )}
              {agent !== null && <Use key={agent.id} agent={agent} setup={setup} onDone={onDone} />}
              <Others agents={items.filter(({ path }) => path === null)} alone={here.length === 0} />
            </>
          );
        }}
      </QueryState>
    </>
  );
}

/** What is configured already, by whomever, with a way to try it, and to take out again what does not work. */
function Configured({ onDone }: { onDone(): void }) {
  const { data } = useAgents();
  const test = useTestAgent();
  const remove = useRemoveAgent();
  if (data === undefined || data.items.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <ul aria-label="Agents in use" className="flex flex-col gap-2">
        {data.items.map((agent) => (
          <li key={agent.name} className="flex flex-wrap items-center justify-between gap-2 rounded-md border border-line px-3 py-2">
            <span className="flex min-w-0 flex-wrap items-center gap-2">
              <span className="font-medium">{agent.name}</span>
              <span className="text-sm text-muted">{agent.roles.length === 0 ? 'no role: nothing uses it' : agent.roles.join(', ')}</span>
              <LastTest agent={agent} />
            </span>
            <span className="flex flex-wrap gap-2">
              <Button
                size="small"
                aria-label={`Try it: ${agent.name}`}
                busy={test.isPending && test.variables === agent.name}
                onClick={() => test.mutate(agent.name)}
              >
                Try it
              </Button>
              {(agent.roles.length === 0 || agent.last_test?.ok === false) && (
                <Button
                  size="small"
                  kind="quiet"
                  aria-label={`Take it out: ${agent.name}`}
                  busy={remove.isPending && remove.variables === agent.name}
                  onClick={() => remove.mutate(agent.name, { onSuccess: () => test.reset() })}
                >
                  Take it out
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {test.error !== null && <ProblemNote error={test.error} />}
      {remove.error !== null && <ProblemNote error={remove.error} />}
      {test.data !== undefined && <Tested key={test.submittedAt} test={test.data} onDone={onDone} />}
    </div>
  );
}

function LastTest({ agent: { last_test: test } }: { agent: ConfiguredAgent }) {
  if (test === null) return <Badge icon={<CircleDashed size={12} aria-hidden />}>not tried yet</Badge>;
  return test.ok ? (
    <Badge tone="good" icon={<Check size={12} aria-hidden />}>
      answered
    </Badge>
  ) : (
    <Badge tone="bad" icon={<X size={12} aria-hidden />}>
      cannot work yet
    </Badge>
  );
}

function Choice({ agent, checked, onChoose }: { agent: FoundAgent; checked: boolean; onChoose(): void }) {
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-md border border-line px-3 py-2.5 hover:bg-hover has-checked:border-accent">
      <input type="radio" name="agent" className="mt-0.5 size-4 accent-accent" checked={checked} onChange={onChoose} />
      <span className="min-w-0">
        <span className="font-medium">{agent.title}</span>
        {agent.configured_as !== null && <span className="text-sm text-muted"> · added as {agent.configured_as}</span>}
        <code className="block font-mono text-xs wrap-anywhere text-muted">{agent.command.join(' ')}</code>
      </span>
    </label>
  );
}

function Use({ agent, setup, onDone }: { agent: FoundAgent; setup: Setup; onDone(): void }) {
  const [network, setNetwork] = useState<'gateway' | 'open'>(setup.gateway ? 'gateway' : 'open');
  const [variables, setVariables] = useState<readonly string[]>(agent.variables_set);
  const add = useAddAgent();
  const toggle = (name: string): void => setVariables((all) => (all.includes(name) ? all.filter((one) => one !== name) : [...all, name]));
  return (
    <div className="flex flex-col gap-4 rounded-md border border-line bg-canvas p-4">
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 text-sm font-medium">How {agent.title} reaches a model</legend>
        <Way
          title="Through Reeve"
          about={
            setup.gateway
              ? `Sealed: it reaches ${setup.model ?? 'the model'} and nothing else. Keys stay with Reeve, tokens are counted.`
              : 'Sealed. No model is configured for this: start Reeve with REEVE_MODEL and REEVE_MODEL_API_KEY.'
          }
          checked={network === 'gateway'}
          onChoose={() => setNetwork('gateway')}
        />
        <Way
          title="By itself"
          about="It has the whole network and a login of its own, by variables of the server. Its runs are shown as unsealed."
          checked={network === 'open'}
          onChoose={() => setNetwork('open')}
        />
      </fieldset>
      {network === 'open' && (
        <div className="flex flex-col gap-1">
          <p className="text-sm font-medium">Variables it is given</p>
          {agent.variables_set.length === 0 ? (
            <p className="text-sm text-muted">
              The server has none of {agent.variables.join(', ')}. Most agents need one of them to log in: end Reeve, set it, and start it again. One
              that needs none goes on without.
            </p>
          ) : (
            agent.variables_set.map((name) => <Checkbox key={name} label={name} checked={variables.includes(name)} onChange={() => toggle(name)} />)
          )}
        </div>
      )}
      {add.error !== null && <ProblemNote error={add.error} />}
      {add.data !== undefined && <Tested key={add.submittedAt} test={add.data} onDone={onDone} />}
      {add.data?.ok !== true && (
        <div>
          <Button
            kind="primary"
            busy={add.isPending}
            onClick={() =>
              add.mutate({ known: agent.id, roles: ['coder', 'reviewer'], network, variables: network === 'open' ? [...variables] : [] })
            }
          >
            {add.isPending ? 'Starting it once…' : `Use ${agent.title}`}
          </Button>
        </div>
      )}
    </div>
  );
}

function Way({ title, about, checked, onChoose }: { title: string; about: string; checked: boolean; onChoose(): void }) {
  return (
    <label className="flex cursor-pointer items-start gap-3">
      <input type="radio" name="network" className="mt-0.5 size-4 accent-accent" checked={checked} onChange={onChoose} />
      <span>
        <span className="font-medium">{title}</span>
        <span className="block text-sm text-muted">{about}</span>
      </span>
    </label>
  );
}

/** What came of starting it. Its words are its own. */
function Tested({ test, onDone }: { test: AgentTest; onDone(): void }) {
  const arrival = useArrival<HTMLDivElement>();
  if (test.ok)
    return (
      <div
        ref={arrival}
        tabIndex={-1}
        role="status"
        className="flex outline-none flex-wrap items-center justify-between gap-3 rounded-md bg-good-soft px-3 py-2 text-good"
      >
        <span className="flex min-w-0 items-center gap-2">
          <CircleCheck size={16} aria-hidden className="shrink-0" />
          <span className="min-w-0">
            It answered: <Untrusted inline text={[test.name ?? test.agent, test.version].filter((part) => part !== null).join(' ')} />
          </span>
        </span>
        <Button kind="primary" size="small" onClick={onDone}>
          Go on
        </Button>
      </div>
    );
  return (
    <div ref={arrival} tabIndex={-1} role="alert" className="flex outline-none flex-col gap-1 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <p className="font-medium">{test.agent} cannot work yet.</p>
      <Untrusted text={test.detail} />
      {test.advice !== null && <p>{test.advice}</p>}
    </div>
  );
}

/** `alone`: none of them is here, so which there are is the next thing to know. */
function Others({ agents, alone }: { agents: readonly FoundAgent[]; alone: boolean }) {
  if (agents.length === 0) return null;
  return (
    <details className="text-sm" open={alone}>
      <summary className="min-h-6 cursor-pointer text-muted hover:text-ink">
        {alone ? 'Agents' : 'Other agents'} Reeve knows ({agents.length})
      </summary>
      <ul className="mt-2 flex flex-col gap-1">
        {agents.map((agent) => (
          <li key={agent.id} className="flex flex-wrap items-baseline gap-x-2">
            <a href={agent.homepage} target="_blank" rel="noreferrer" className="inline-flex min-h-6 items-center text-accent underline">
              {agent.title}
            </a>
            <code className="font-mono text-xs text-muted">{agent.program}</code>
          </li>
        ))}
        <li className="text-muted">
          The second name is the program Reeve starts. Where it is not the one you know, it is an adapter of its own, to be installed beside it.
        </li>
        <li className="text-muted">Any other that speaks ACP, or any command, is named under agents: in reeve.yaml.</li>
      </ul>
    </details>
  );
}
