import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaveChildren, runShell } from './agent.commands.ts';
import { appendText, deleteEverything, editFile, holds, moveFile, readText, writeText } from './agent.files.ts';
import { askModel } from './agent.model.ts';
import { fillIn, type AskStep, type RunStep, type Skill, type Step } from './agent.skills.ts';
import { callTool, type ToolServers } from './agent.tools.ts';
import type { ToolKind, Voice } from './agent.voice.ts';

export type StopReason = 'end_turn' | 'refusal' | 'max_tokens' | 'max_turn_requests' | 'cancelled';

export interface Turn {
  voice: Voice;
  cwd: string;
  prompt: string;
  /** Grows with what tools answer. */
  captured: Record<string, string>;
  tools: ToolServers;
  asks: Skill['asks'];
  paceMs: number;
  signal: AbortSignal;
}

/** A step failed in a way a real agent would give up on. */
class GaveUp extends Error {}

/** Does what the skill says, one step after the other. */
export async function doSteps(steps: readonly Step[], turn: Turn): Promise<StopReason | null> {
  for (const step of steps) {
    if (turn.signal.aborted) return 'cancelled';
    if (turn.paceMs > 0) await sleep(turn.paceMs, undefined, { signal: turn.signal }).catch(() => {});
    const stopped = await doStep(step, turn);
    if (stopped !== null) return stopped;
  }
  return turn.signal.aborted ? 'cancelled' : null;
}

export async function doSkill(steps: readonly Step[], turn: Turn): Promise<StopReason> {
  try {
    return (await doSteps(steps, turn)) ?? 'end_turn';
  } catch (error) {
    if (turn.signal.aborted) return 'cancelled';
    if (!(error instanceof GaveUp)) throw error;
    await turn.voice.say(`I give up: ${error.message}.`);
    return 'end_turn';
  }
}

async function doStep(step: Step, turn: Turn): Promise<StopReason | null> {
  if ('stop' in step) return step.stop;
  if ('if' in step) return doSteps((await holds(step.if, turn.prompt, turn.cwd)) ? step.then : step.else, turn);
  if ('run' in step) return doRun(step, turn);
  if ('ask' in step) return doAsk(step, turn);
  if (await doTalk(step, turn)) return null;
  if (await doFiles(step, turn)) return null;
  await doMischief(step, turn);
  return null;
}

/** Steps that only speak. */
async function doTalk(step: Step, turn: Turn): Promise<boolean> {
  const { voice, captured, signal } = turn;
  if ('say' in step) await voice.say(fillIn(step.say, captured));
  else if ('think' in step) await voice.think(fillIn(step.think, captured));
  else if ('plan' in step) await voice.plan(step.plan);
  else if ('usage' in step) await voice.usage(step.usage.input, step.usage.output);
  else if ('answer' in step) await voice.say(fillIn(typeof step.answer === 'string' ? step.answer : JSON.stringify(step.answer), captured));
  else if ('callTool' in step) {
    const said = await callTool(turn.tools, step.callTool, step.arguments, signal);
    if (step.as !== undefined) captured[step.as] = said;
    await voice.say(said);
  } else if ('callModel' in step)
    await voice.say(await askModel({ ...step.callModel, prompt: fillIn(step.callModel.prompt, captured) }, process.env, signal));
  else return false;
  return true;
}

/** Steps that change files. */
async function doFiles(step: Step, turn: Turn): Promise<boolean> {
  const fill = (text: string): string => fillIn(text, turn.captured);
  if ('write' in step) await change(turn, 'edit', 'Write', step.write, (file) => writeText(file, fill(step.content)));
  else if ('append' in step) await change(turn, 'edit', 'Append to', step.append, (file) => appendText(file, fill(step.content)));
  else if ('edit' in step) {
    const edits = step.edits.map((edit) => ({ ...edit, search: fill(edit.search), replace: fill(edit.replace) }));
    await change(turn, 'edit', 'Edit', step.edit, (file) => editFile(file, edits), step.optional);
  } else if ('delete' in step) await change(turn, 'delete', 'Delete', step.delete, (file) => rm(file, { recursive: true }));
  else if ('move' in step) await change(turn, 'move', `Move to ${step.to}:`, step.move, (file) => moveFile(file, resolve(turn.cwd, fill(step.to))));
  else if ('deleteEverything' in step) await deleteEverything(turn.cwd);
  else return false;
  return true;
}

async function change(
  turn: Turn,
  kind: ToolKind,
  verb: string,
  path: string,
  act: (file: string) => Promise<void>,
  isOptional = false,
): Promise<void> {
  const name = fillIn(path, turn.captured);
  const file = resolve(turn.cwd, name);
  const tool = { kind, title: `${verb} ${name}`, paths: [file], command: null };
  if ((turn.asks === 'edits' || turn.asks === 'everything') && !(await turn.voice.ask(tool)))
    throw new GaveUp(`I may not ${verb.toLowerCase()} ${name}`);
  const look = kind === 'edit' ? { path: file, read: () => readText(file) } : undefined;
  const error = await turn.voice.tool(
    tool,
    async () => {
      await act(file);
      return '';
    },
    look,
  );
  if (error !== null && !isOptional) throw new GaveUp(`${verb} ${name}: ${error}`);
}

async function doRun(step: RunStep, turn: Turn): Promise<StopReason | null> {
  const command = fillIn(step.run, turn.captured);
  const tool = { kind: 'execute' as const, title: `Run ${command}`, paths: [], command };
  if ((turn.asks === 'commands' || turn.asks === 'everything') && !(await turn.voice.ask(tool))) throw new GaveUp(`I may not run ${command}`);
  let output = '';
  const error = await turn.voice.tool(tool, async () => {
    const outcome = await runShell(command, turn.cwd, step.timeoutMs, turn.signal);
    output = outcome.output;
    if (outcome.exitCode !== 0) throw new Error(`exit code ${outcome.exitCode}\n${output}`);
    return output;
  });
  if (step.tell) await turn.voice.say(error ?? output);
  return error === null ? null : doSteps(step.onFailure, turn);
}

async function doAsk(step: AskStep, turn: Turn): Promise<StopReason | null> {
  const { ask } = step;
  const isAllowed = await turn.voice.ask({ ...ask, paths: ask.paths.map((path) => resolve(turn.cwd, path)) });
  return doSteps(isAllowed ? step.allowed : step.denied, turn);
}

/** What agents do that they should not. */
async function doMischief(step: Step, { voice, cwd, signal }: Turn): Promise<void> {
  if ('sleepMs' in step) await sleep(step.sleepMs, undefined, { signal }).catch(() => {});
  else if ('crash' in step) {
    process.stderr.write(`${step.crash.message}\n`);
    process.exit(step.crash.exitCode);
  } else if ('hang' in step) await hang(step.hang.stubborn, signal);
  else if ('flood' in step) await voice.flood(step.flood.bytes, step.flood.to, signal);
  else if ('noise' in step) process.stdout.write(`${step.noise}\n`);
  else if ('leaveChildren' in step) {
    const pids = leaveChildren(step.leaveChildren.count, step.leaveChildren.seconds, step.leaveChildren.nameless);
    await voice.say(`Left behind: ${pids.join(', ')}`);
  } else if ('commit' in step) {
    const commit = 'git add -A && git -c user.name=Agent -c user.email=agent@example.com commit -qm "$MESSAGE"';
    await runShell(`MESSAGE='${step.commit.replaceAll("'", '')}'; ${commit}`, cwd, 60_000, signal);
  }
}

async function hang(isStubborn: boolean, signal: AbortSignal): Promise<void> {
  if (isStubborn) for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
  const forever = setInterval(() => {}, 60_000); // keeps the process alive without a connection
  await new Promise<void>((resolve) => {
    if (!isStubborn) signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(forever);
}
