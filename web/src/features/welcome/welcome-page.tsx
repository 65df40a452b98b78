import { useState } from 'react';
import { Link, useSearch } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { useSetup, type Setup } from '../../app/setup.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AgentStep } from './agent-step.tsx';
import { MachineStep } from './machine-step.tsx';
import { RepositoryStep } from './repository-step.tsx';
import { SampleStep } from './sample-step.tsx';
import { Step } from './step.tsx';

/** Leads an empty installation by the hand to its first landed change. */
export function WelcomePage() {
  const { may } = useSession();
  const query = useSetup();
  return (
    <Page
      title="First steps"
      about={<span>A repository, an agent, a look at the machine, and a first request. Each can be changed later under Settings.</span>}
    >
      {may('admin') ? (
        <QueryState query={query} noun="this installation" loading={<Loading />}>
          {(setup) => <Steps setup={setup} />}
        </QueryState>
      ) : (
        <Empty
          title="An admin sets this up"
          action={
            <Button asChild>
              <Link to="/">Go home</Link>
            </Button>
          }
        >
          Repositories and agents are added by an admin of this installation. On the machine it runs on, reeve console signs you in as one.
        </Empty>
      )}
    </Page>
  );
}

const Loading = () => (
  <div role="status" aria-label="Loading" className="flex max-w-3xl flex-col gap-3">
    {[1, 2, 3, 4].map((nr) => (
      <Skeleton key={nr} className="h-20 rounded-lg" />
    ))}
  </div>
);

const STEPS = ['repository', 'agent', 'machine', 'sample'] as const;
type StepName = (typeof STEPS)[number];

function Steps({ setup }: { setup: Setup }) {
  const { sample } = useSearch({ from: '/shell/welcome' });
  const [examined, setExamined] = useState(false);
  const done: Readonly<Record<StepName, boolean>> = {
    repository: setup.repository,
    agent: setup.agent,
    machine: examined || setup.work,
    sample: setup.landed,
  };
  // A step stays open until the person goes on: what came of it (an agent's answer) is in it.
  const [open, setOpen] = useState<StepName>(() => STEPS.find((name) => !done[name]) ?? 'sample');
  const goOn = (): void => setOpen(STEPS.slice(STEPS.indexOf(open) + 1).find((name) => !done[name]) ?? 'sample');
  const step = (name: StepName) => ({ done: done[name], open: open === name, onOpen: () => setOpen(name) });
  return (
    <ol className="flex max-w-3xl flex-col gap-3">
      <Step nr={1} title="A repository" about="Where agents shall work. Nothing in it changes before you agree." {...step('repository')}>
        <RepositoryStep github={setup.forges.github} onDone={goOn} />
      </Step>
      <Step nr={2} title="An agent" about="A coding agent of yours that is installed on this machine." {...step('agent')}>
        <AgentStep setup={setup} onDone={goOn} />
      </Step>
      <Step nr={3} title="A look at the machine" about="Whether everything Reeve needs works here." {...step('machine')}>
        <MachineStep
          onDone={() => {
            setExamined(true);
            goOn();
          }}
        />
      </Step>
      <Step nr={4} title="A first request" about="Something small, to see the whole way once." {...step('sample')}>
        <SampleStep sample={sample ?? null} />
      </Step>
      {setup.landed && (
        <li>
          <Empty
            icon={PartyPopper}
            title="Your first change has landed"
            action={
              <Button asChild kind="primary">
                <Link to="/">Go home</Link>
              </Button>
            }
          >
            From now on label an issue, or type a request under Work. What needs you appears on your home page.
          </Empty>
        </li>
      )}
    </ol>
  );
}
