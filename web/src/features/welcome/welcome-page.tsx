import { useState } from 'react';
import { Link, useSearch } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { FIRST_STEPS, stepsDone, useSetup, type FirstStep, type Setup } from '../../app/setup.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AgentStep } from './agent-step.tsx';
import { MachineStep } from './machine-step.tsx';
import { useSample } from './queries.ts';
import { RepositoryStep } from './repository-step.tsx';
import { SampleStep } from './sample-step.tsx';
import { hasLanded } from './sample-way.ts';
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

/** The request that is shown: the one in the address, else the newest for as long as it is under way or nothing has landed. */
function shownOf({ sample, another }: { sample?: string; another?: true }, { request, landed }: Setup): string | null {
  if (sample !== undefined) return sample;
  return another === true || request === null || (request.ended && landed) ? null : request.id;
}

function Steps({ setup }: { setup: Setup }) {
  const sample = shownOf(useSearch({ from: '/shell/welcome' }), setup);
  const [examined, setExamined] = useState(false);
  const found = stepsDone(setup);
  const done = { ...found, machine: examined || found.machine };
  // A step stays open until the person goes on: what came of it (an agent's answer) is in it.
  const [open, setOpen] = useState<FirstStep>(() => (sample === null ? FIRST_STEPS.find((name) => !done[name]) : undefined) ?? 'request');
  const goOn = (): void => setOpen(FIRST_STEPS.slice(FIRST_STEPS.indexOf(open) + 1).find((name) => !done[name]) ?? 'request');
  const step = (name: FirstStep) => ({ done: done[name], open: open === name, onOpen: () => setOpen(name) });
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
      <Step nr={4} title="A first request" about="Something small, to see the whole way once." {...step('request')}>
        <SampleStep sample={sample} />
      </Step>
      {setup.landed && (sample === null ? <Landed github={setup.forges.github} /> : <LandedWith sample={sample} github={setup.forges.github} />)}
    </ol>
  );
}

/** Something landed before, which is no news of the request that is looked at while that one has not. */
function LandedWith({ sample, github }: { sample: string; github: boolean }) {
  const { data } = useSample(sample);
  return data !== undefined && hasLanded(data.issue.state, data.story.ended_as) ? <Landed github={github} /> : null;
}

function Landed({ github }: { github: boolean }) {
  return (
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
        The work of a request is on a branch of its own, which its story names: merge it when you like it. From now on{' '}
        {github ? 'label an issue at GitHub, or type a request under Work' : 'type a request under Work'}. What needs you appears on your home page.
      </Empty>
    </li>
  );
}
