import type { Policy, SimulatedChange, Simulation } from './decide.simulator.ts';

/** The ways other queues work, as plainly as they can be said. Each tries a failing change a second time before it refuses it. */

/** One change at a time on the head. */
export function createSerial(simulation: Simulation): Policy {
  const queue: SimulatedChange[] = [];
  let busy = false;
  function attempt(change: SimulatedChange, again: boolean): void {
    busy = true;
    simulation.run(simulation.landed.length, [change], (passed) => {
      busy = false;
      if (passed) simulation.land(change);
      else if (again) simulation.refuse(change);
      else attempt(change, true);
    });
  }
  return {
    arrived: (change) => void queue.push(change),
    look() {
      const next = busy ? undefined : queue.shift();
      if (next !== undefined) attempt(next, false);
    },
  };
}

const BATCH = 5;

/** Five at a time; a failing batch is halved until the culprits stand alone. */
export function createBatch(simulation: Simulation): Policy {
  const queue: SimulatedChange[] = [];
  /** What is left to verify of the batch in work, in order. */
  const parts: SimulatedChange[][] = [];
  let busy = false;
  function attempt(part: readonly SimulatedChange[], again: boolean): void {
    busy = true;
    simulation.run(simulation.landed.length, part, (passed) => {
      busy = false;
      const [only] = part;
      if (passed) for (const change of part) simulation.land(change);
      else if (part.length > 1) parts.unshift(part.slice(0, Math.ceil(part.length / 2)), part.slice(Math.ceil(part.length / 2)));
      else if (only !== undefined && again) simulation.refuse(only);
      else attempt(part, true);
    });
  }
  return {
    arrived: (change) => void queue.push(change),
    look() {
      if (busy) return;
      const part = parts.shift() ?? queue.splice(0, BATCH);
      if (part.length > 0) attempt(part, false);
    },
  };
}

const WINDOW = 20;

interface Speculative {
  change: SimulatedChange;
  verdict: 'running' | 'passed' | 'failed';
  again: boolean;
}

/** Up to twenty at once, each on top of all before it; a failure at the front throws away every run behind it. */
export function createWindow(simulation: Simulation): Policy {
  const queue: SimulatedChange[] = [];
  let window: Speculative[] = [];

  function start(item: Speculative): void {
    item.verdict = 'running';
    const before = window.slice(0, window.indexOf(item)).map(({ change }) => change);
    const alive = item;
    simulation.run(simulation.landed.length, [...before, item.change], (passed) => {
      if (window.includes(alive)) alive.verdict = passed ? 'passed' : 'failed';
    });
  }

  /** Everything from `at` on is verified again on what is now before it. */
  function restart(at: number): void {
    const kept = window.slice(0, at);
    const again = window.slice(at).map((item): Speculative => ({ ...item, verdict: 'running' }));
    window = kept;
    for (const item of again) {
      window.push(item);
      start(item);
    }
  }

  function settle(): void {
    for (let first = window[0]; first !== undefined && first.verdict !== 'running'; first = window[0]) {
      if (first.verdict === 'passed') {
        window.shift();
        simulation.land(first.change);
      } else if (first.again) {
        window.shift();
        simulation.refuse(first.change);
        restart(0);
      } else {
        first.again = true;
        restart(0);
      }
    }
  }

  return {
    arrived: (change) => void queue.push(change),
    look() {
      settle();
      while (window.length < WINDOW && queue.length > 0) {
        const change = queue.shift();
        if (change === undefined) return;
        const item: Speculative = { change, verdict: 'running', again: false };
        window.push(item);
        start(item);
      }
    },
  };
}
