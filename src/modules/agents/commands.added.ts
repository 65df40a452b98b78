import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { commandOf, configuredWith, specInput, type Configured } from './decide.known.ts';
import { KNOWN_AGENTS, type AddedAgent, type FoundAgent, type KnownAgent } from './model.known.ts';
import { AgentSpec, type AgentRun } from './model.ts';
import { deleteAdded, listAdded, saveAdded } from './store.added.ts';
import { listRuns } from './store.read.ts';

export interface AddedAgentsDeps {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  /**
   * The agents and roles in force. Brought up to date in place, so that everything that was given these objects sees agents come and go;
   * nobody else changes them.
   */
  configured: Configured;
  /** Values of Reeve's own environment: the PATH, and what known agents may be given. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Name of the configured model at its provider; null: none is. */
  model: string | null;
}

export interface AddAgent {
  /** `KnownAgent.id`. */
  known: string;
  /** Left out: the known agent's own. */
  name?: string | undefined;
  roles: Array<AgentRun['role']>;
  network: AgentSpec['network'];
  /** Names of variables it is given; only with the open network. */
  variables: string[];
}

/** Agents that are added while Reeve runs, without a file being written by hand. */
export interface AddedAgents {
  /** Every known agent, those on the PATH first. */
  found(): Promise<FoundAgent[]>;
  list(): Promise<AddedAgent[]>;
  /**
   * Adds a known agent that is on the PATH, or changes how it was added. Its command comes from the product: nobody brings a program in by a
   * request. AppError not_found, refused `agent_not_found_here`, conflict `agent_in_file`, invalid `unknown_variable`.
   */
  add(input: AddAgent, by: Actor): Promise<AddedAgent>;
  /** AppError not_found, conflict (`agent_in_file`, `agent_works`). */
  remove(name: string, by: Actor): Promise<void>;
  /** Reads what other processes added; to be called now and then. */
  refresh(): Promise<void>;
}

export function createAddedAgents(deps: AddedAgentsDeps): AddedAgents {
  const file: Configured = { agents: { ...deps.configured.agents }, roles: { ...deps.configured.roles } };
  let reading: Promise<void> = Promise.resolve();
  async function read(): Promise<void> {
    const now = configuredWith(file, await listAdded(deps.db));
    replace(deps.configured.agents, now.agents);
    replace(deps.configured.roles, now.roles);
  }
  /** One after the other: a list that was read earlier must not come into force later. */
  const refresh = (): Promise<void> => (reading = reading.then(read, read));
  const inFile = (name: string): AppError =>
    new AppError('conflict', `The agent ${name} is named in the configuration file.`, {
      code: 'agent_in_file',
      hint: 'Change it there, and start Reeve again.',
    });
  return {
    refresh,
    list: () => listAdded(deps.db),
    found: async () => findAll(deps),
    async add(input, by) {
      const name = input.name ?? input.known;
      if (Object.hasOwn(file.agents, name)) throw inFile(name);
      const added = await toAdded(deps, name, input, by);
      const { spec, roles, known } = added;
      await deps.db.tx(async (tx) => {
        await saveAdded(tx, added);
        const payload = { name, known, command: [...spec.command], network: spec.network, variables: [...spec.env], roles };
        deps.ledger.append(tx, { kind: 'agent.added', subject: name, actor: by.subject, payload });
        await deps.outbox.put(tx, { type: 'agent.added', subject: name, data: { name, roles } });
      });
      await refresh();
      return added;
    },
    async remove(name, by) {
      if (Object.hasOwn(file.agents, name)) throw inFile(name);
      await deps.db.tx(async (tx) => {
        // Its row is held from here on: what others do to this agent comes before or after this.
        if (!(await deleteAdded(tx, name))) throw new AppError('not_found', `No agent "${name}" was added here.`);
        const [working] = await listRuns(tx, { agent: name, active: true }, { limit: 1, before: null });
        if (working !== undefined)
          throw new AppError('conflict', `${name} is at work.`, {
            code: 'agent_works',
            hint: 'Stop its runs first, or wait for them.',
            detail: { run: working.id },
          });
        deps.ledger.append(tx, { kind: 'agent.removed', subject: name, actor: by.subject, payload: { name } });
        await deps.outbox.put(tx, { type: 'agent.removed', subject: name, data: { name } });
      });
      await refresh();
    },
  };
}

/** Gives an object other members while it stays the same object. */
function replace<T extends object>(target: T, members: T): void {
  for (const name of Object.keys(target) as Array<keyof T>) if (!Object.hasOwn(members, name)) delete target[name];
  Object.assign(target, members);
}

async function toAdded(deps: AddedAgentsDeps, name: string, input: AddAgent, by: Actor): Promise<AddedAgent> {
  const known = KNOWN_AGENTS.find(({ id }) => id === input.known);
  if (known === undefined)
    throw new AppError('not_found', `There is no known agent "${input.known}".`, {
      hint: `Known are ${KNOWN_AGENTS.map(({ id }) => id).join(', ')}; others are named under agents: in reeve.yaml.`,
    });
  const foreign = input.variables.filter((variable) => !known.variables.includes(variable));
  if (foreign.length > 0)
    throw new AppError('invalid', `${known.title} is not given ${foreign.join(', ')} here.`, {
      code: 'unknown_variable',
      hint: `It may be given ${known.variables.join(', ')}; others are named under agents: in reeve.yaml.`,
    });
  if ((await onPath(deps, known.program)) === null)
    throw new AppError('refused', `The program ${known.program} is not on the PATH of this server.`, {
      code: 'agent_not_found_here',
      hint: `Install ${known.title} (${known.homepage}), then look again.`,
    });
  const command = commandOf(known, deps.model);
  const spec = AgentSpec.parse(specInput({ command, network: input.network, variables: input.variables }));
  return { name, known: known.id, spec, roles: [...new Set(input.roles)], addedBy: by.subject, addedAt: deps.clock.now() };
}

async function findAll(deps: AddedAgentsDeps): Promise<FoundAgent[]> {
  const all = await Promise.all(KNOWN_AGENTS.map((known) => findOne(deps, known)));
  return all.toSorted((a, b) => Number(a.path === null) - Number(b.path === null));
}

async function findOne(deps: AddedAgentsDeps, known: KnownAgent): Promise<FoundAgent> {
  const { args: _args, ...told } = known;
  const configured = Object.entries(deps.configured.agents).find(([, spec]) => path.basename(spec.command[0] ?? '') === known.program);
  return {
    ...told,
    command: commandOf(known, deps.model),
    path: await onPath(deps, known.program),
    variablesSet: known.variables.filter((name) => (deps.environment[name] ?? '') !== ''),
    configuredAs: configured?.[0] ?? null,
  };
}

/** Where a program is, as a shell would find it; only absolute folders count, because a run's working folder is a stranger's repository. */
async function onPath({ environment }: AddedAgentsDeps, program: string): Promise<string | null> {
  for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, program);
    const isProgram = await access(file, constants.X_OK)
      .then(async () => (await stat(file)).isFile())
      .catch(() => false);
    if (isProgram) return file;
  }
  return null;
}
