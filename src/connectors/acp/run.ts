import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#kernel/errors.ts';
import { createAsyncQueue, createWatch, settlesWithin, type Watch } from '#platform/process/index.ts';
import type { AgentEvent, HarnessRun, RunningAgent, SpawnedProcess } from '#ports/harness.ts';
import { openConversation, type Conversation } from './conversation.ts';
import type { Ending } from './ending.ts';
import { createUpdateMapper } from './map.ts';
import { openWire } from './wire.ts';

/** After `session/cancel`; measured answers take 20-180 ms. */
const CANCEL_PATIENCE_MS = 1500;
/** After the end of its input; some agents do not exit on that. */
const EOF_PATIENCE_MS = 700;
/** Between SIGTERM and the end of the process tree. */
const TERM_GRACE_MS = 2000;
/** After the exit: how long what it wrote last may take to arrive, when a child of it holds the output open. */
const DRAIN_MS = 300;

/** Starts one run. `ended` is its last event and comes only when no process of it is left. */
export function startRun(run: HarnessRun, onEnded: (ending: Ending) => void): RunningAgent {
  const events = createAsyncQueue<AgentEvent>();
  const stop = Promise.withResolvers<Ending>();
  const alive = { now: (): void => {} };
  const done = drive(run, events.push, stop, alive).then((ending) => {
    onEnded(ending);
    events.push({ kind: 'ended', ...ending });
    events.close();
  });
  return {
    events,
    alive: () => alive.now(),
    async cancel(reason) {
      stop.resolve({ reason, detail: reason === 'budget' ? 'The budget of the run was used up.' : 'The run was stopped.' });
      await done;
    },
  };
}

async function drive(
  run: HarnessRun,
  push: (event: AgentEvent) => void,
  stop: PromiseWithResolvers<Ending>,
  alive: { now(): void },
): Promise<Ending> {
  let process: SpawnedProcess;
  try {
    process = await run.spawn(run.agent.command, run.agent.env);
  } catch (error) {
    return { reason: 'spawn_failed', detail: messageOf(error) };
  }
  let stopping = false;
  const emit = (event: AgentEvent): void => {
    if (!stopping) push(event);
  };
  const watch = createWatch(run.limits, (reason, detail) => stop.resolve({ reason, detail }));
  alive.now = () => watch.output(0);
  const conversation = converse(run, process, { emit, watch, stop, isStopping: () => stopping });
  const ending = await Promise.race([stop.promise, conversation.talk(run, emit)]);
  stopping = true;
  watch.stop();
  await shutDown(process, conversation);
  return ending;
}

interface RunState {
  emit(event: AgentEvent): void;
  watch: Watch;
  stop: PromiseWithResolvers<Ending>;
  isStopping(): boolean;
}

function converse(run: HarnessRun, process: SpawnedProcess, { emit, watch, stop, isStopping }: RunState): Conversation {
  const mapper = createUpdateMapper(run.worktree);
  const wire = openWire(process, {
    bytes: (count) => watch.output(count),
    update(params) {
      mapper.update(params).forEach(emit);
      if (mapper.turns() > run.limits.turns) stop.resolve({ reason: 'max_turns', detail: `It took more than ${run.limits.turns} steps, its limit.` });
    },
    noise: (stream, text) => emit({ kind: 'output', stream, text }),
  });
  void process.exited.then(() => sleep(DRAIN_MS)).then(wire.end);
  return openConversation({ process, wire, mapper, permit: (request) => run.permit(request), emit, isStopping });
}

/** Politely first: the turn, the input, SIGTERM, and then whatever it takes. */
async function shutDown(process: SpawnedProcess, conversation: Conversation): Promise<void> {
  await settlesWithin(Promise.race([conversation.cancelTurn(), process.exited]), CANCEL_PATIENCE_MS);
  process.stdin.end();
  await settlesWithin(process.exited, EOF_PATIENCE_MS);
  await process.kill(TERM_GRACE_MS);
  conversation.close();
}
