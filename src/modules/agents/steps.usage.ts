import { messageOf } from '#kernel/errors.ts';
import type { ProxyUsage } from '#ports/model-proxy.ts';
import type { AgentRun } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';
import type { RunLog } from './steps.log.ts';
import { addUsage } from './store.ts';

/** Watchers see figures this often; more would be noise in the log. */
const EVERY_MS = 2000;

type Usage = AgentRun['usage'];

/** Counts what one execution uses while it uses it: after a crash it is known as well. */
export interface UsageMeter {
  /** What the gateway counted so far in this execution. Never blocks, never throws. */
  note(usage: ProxyUsage): void;
  /** What the agent says it used so far: it is in the log already. */
  noteOwn(usage: Usage): void;
  /** What the execution used in all: afterwards the row has exactly that of it. Once. */
  settle(usage: Usage): Promise<void>;
}

export function createUsageMeter(deps: Pick<AgentsDeps, 'db' | 'clock' | 'log'>, runId: string, log: RunLog): UsageMeter {
  const counted: Usage = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
  let toldMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();

  /** Only what is new, and never less than nothing: a total that shrinks was another's word. */
  function take(usage: Usage): Usage {
    const more = {
      inputTokens: Math.max(0, usage.inputTokens - counted.inputTokens),
      outputTokens: Math.max(0, usage.outputTokens - counted.outputTokens),
      costMicros: Math.max(0, usage.costMicros - counted.costMicros),
    };
    counted.inputTokens += more.inputTokens;
    counted.outputTokens += more.outputTokens;
    counted.costMicros += more.costMicros;
    return more;
  }

  async function add(usage: Usage): Promise<void> {
    const more = take(usage);
    try {
      await addUsage(deps.db, runId, more);
    } catch (error) {
      // It is added with the next figures instead.
      counted.inputTokens -= more.inputTokens;
      counted.outputTokens -= more.outputTokens;
      counted.costMicros -= more.costMicros;
      throw error;
    }
  }

  /** Whether it is time to tell again. */
  function isDue(): boolean {
    const nowMs = deps.clock.now().getTime();
    if (nowMs - toldMs < EVERY_MS) return false;
    toldMs = nowMs;
    return true;
  }

  function addSoon(usage: Usage): void {
    writing = writing
      .then(() => add(usage))
      .catch((error: unknown) => deps.log.debug({ run: runId, error: messageOf(error) }, 'what a run used is noted later'));
  }

  return {
    note({ inputTokens, outputTokens, costMicros }) {
      if (!isDue()) return;
      log.write({ kind: 'usage', input_tokens: inputTokens, output_tokens: outputTokens, cost_micros: costMicros });
      addSoon({ inputTokens, outputTokens, costMicros });
    },
    noteOwn(usage) {
      if (isDue()) addSoon(usage);
    },
    async settle(usage) {
      await writing;
      // The last word is the truth, also where it is less than what was told on the way.
      await addUsage(deps.db, runId, {
        inputTokens: usage.inputTokens - counted.inputTokens,
        outputTokens: usage.outputTokens - counted.outputTokens,
        costMicros: usage.costMicros - counted.costMicros,
      });
    },
  };
}
