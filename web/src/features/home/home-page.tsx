import { Link } from '@tanstack/react-router';
import { Sparkles } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { FIRST_STEPS, stepsDone, useSetup } from '../../app/setup.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { BudgetPanel } from './budget-panel.tsx';
import { LandedPanel } from './landed-panel.tsx';
import { countOf } from './needs.ts';
import { NeedsPanel } from './needs-panel.tsx';
import { useHome, type Home } from './queries.ts';
import { RunningPanel } from './running-panel.tsx';
import { StuckPanel } from './stuck-panel.tsx';

/** What a person opens their day with: what needs them, what runs, what landed, what is stuck and why, what is left to spend. */
export function HomePage() {
  const query = useHome();
  return (
    <Page title="Home" about={query.data === undefined ? <Skeleton className="w-56" /> : <InOneLine home={query.data} />}>
      <FirstSteps />
      <QueryState query={query} noun="your home" loading={<Loading />}>
        {(home) => <Panels home={home} />}
      </QueryState>
    </Page>
  );
}

function InOneLine({ home }: { home: Home }) {
  const waiting = countOf(home);
  const parts = [
    waiting === 0 ? 'Nothing waits for you' : `${waiting} ${waiting === 1 ? 'thing waits' : 'things wait'} for you`,
    home.running.count === 0 ? 'no agent is at work' : `${home.running.count} ${home.running.count === 1 ? 'agent is' : 'agents are'} at work`,
    home.stuck.count === 0 ? 'nothing is stuck' : `${home.stuck.count} ${home.stuck.count === 1 ? 'thing is' : 'things are'} stuck`,
  ];
  return <span>{parts.join(' · ')}</span>;
}

/** Two columns where there is room; on narrow screens what needs the person comes first, and what is stuck before what went well. */
function Panels({ home }: { home: Home }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(18rem,24rem)]">
      <div className="flex min-w-0 flex-col gap-4">
        <NeedsPanel home={home} />
        <StuckPanel stuck={home.stuck} />
        <LandedPanel home={home} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <RunningPanel running={home.running} />
        <BudgetPanel budget={home.budget} />
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(18rem,24rem)]">
      <div className="flex flex-col gap-4">
        <Skeleton className="h-96 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
      <div className="flex flex-col gap-4">
        <Skeleton className="h-64 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
    </div>
  );
}

/** Leads to the first steps for as long as they are not done. */
function FirstSteps() {
  const { may } = useSession();
  const { data: setup } = useSetup();
  if (setup === undefined || setup.complete || !may('admin')) return null;
  const steps = stepsDone(setup);
  const done = FIRST_STEPS.filter((name) => steps[name]).length;
  return (
    <section
      aria-label="First steps"
      className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-accent/40 bg-accent-soft px-4 py-3"
    >
      <p className="flex min-w-0 items-start gap-2.5">
        <Sparkles size={18} aria-hidden className="mt-0.5 shrink-0 text-accent" />
        <span>
          {done === 0 ? 'Reeve has nothing to work on yet. ' : `${done} of ${FIRST_STEPS.length} first steps are done. `}A repository, an agent and a
          first request are all it needs.
        </span>
      </p>
      <Button asChild kind="primary">
        <Link to="/welcome">{done === 0 ? 'Set it up' : 'Go on'}</Link>
      </Button>
    </section>
  );
}
