import type { AgentRun, AgentSpec } from './model.ts';
import type { AddedAgent, KnownAgent } from './model.known.ts';

/** How a known agent is started with the configured model; without one the pair of arguments that names it is left out. */
export function commandOf({ program, args }: Pick<KnownAgent, 'program' | 'args'>, model: string | null): string[] {
  const at = args.indexOf('{model}');
  if (at < 0) return [program, ...args];
  if (model === null) return [program, ...args.slice(0, at - 1), ...args.slice(at + 1)];
  return [program, ...args.map((arg) => (arg === '{model}' ? model : arg))];
}

/** `anthropic/claude-x` -> `claude-x`; null where no provider's model is configured (`rules`, `agent:…`). */
export function modelNameOf(setting: string): string | null {
  const at = setting.indexOf('/');
  return at < 1 ? null : setting.slice(at + 1);
}

export interface WantedAgent {
  known: KnownAgent;
  command: readonly string[];
  network: AgentSpec['network'];
  /** Names among `known.variables`. */
  variables: readonly string[];
}

/** The entry that `agents:` would have; everything not said is the default of that section, so the sandbox is the project's. */
export function specInput({ command, network, variables }: Omit<WantedAgent, 'known'>): Record<string, unknown> {
  return { harness: 'acp', command: [...command], network, env: network === 'open' ? [...variables] : [] };
}

/** Agents and roles as they are in force. */
export interface Configured {
  agents: Record<string, AgentSpec>;
  roles: Partial<Record<AgentRun['role'], string>>;
}

/**
 * What the configuration file says, and beside it what was added: a name or a role of the file is never taken over, and of two that were
 * added for one role the later one has it.
 */
export function configuredWith(file: Configured, added: readonly AddedAgent[]): Configured {
  const agents = { ...file.agents };
  const roles = { ...file.roles };
  for (const { name, spec, roles: wanted } of added.toSorted((a, b) => a.addedAt.getTime() - b.addedAt.getTime())) {
    if (Object.hasOwn(file.agents, name)) continue;
    agents[name] = spec;
    for (const role of wanted) if (file.roles[role] === undefined) roles[role] = name;
  }
  return { agents, roles };
}
