import type { PermissionAnswer, PermissionRequest } from '#ports/harness.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import type { AgentRun } from './model.ts';

export interface PermissionFacts {
  worktree: string;
  role: AgentRun['role'];
  sandbox: SandboxLevel;
  /** False: the agent has the open network. */
  sealed: boolean;
}

const READING: ReadonlySet<string> = new Set(['read', 'search', 'think']);
const OWN_TOOLS = ['ask_human', 'report_progress', 'budget_left'];
const WRITING: ReadonlySet<string> = new Set(['edit', 'delete', 'move']);

/**
 * Answers an agent's permission request in an unattended run. Inside a sandbox the sandbox is the boundary, so what it
 * contains is allowed; without one, a kind of tool nobody knows is denied. Paths outside the worktree and git's own
 * folder are denied everywhere: they are never the task.
 */
export function decidePermission(request: PermissionRequest, facts: PermissionFacts): PermissionAnswer {
  const outside = request.paths.find((path) => !isInside(path, facts.worktree));
  if (outside !== undefined && !READING.has(request.toolKind)) return deny(`${outside} is outside the run's worktree`);
  const git = request.paths.find((path) => touchesGit(path));
  if (git !== undefined && !READING.has(request.toolKind)) return deny(`${git} belongs to git; Reeve commits`);
  if (isOwnTool(request)) return { allow: true };
  if (WRITING.has(request.toolKind)) return writesAllowed(facts.role);
  if (READING.has(request.toolKind) || request.toolKind === 'execute') return { allow: true };
  if (request.toolKind === 'fetch') return facts.sealed ? deny('this run has no network') : { allow: true };
  if (request.toolKind === 'switch_mode') return deny('the mode of an unattended run is set by its configuration');
  return facts.sandbox === 'none' ? deny(`tools of the kind "${request.toolKind}" are not allowed without a sandbox`) : { allow: true };
}

/**
 * A call of a tool Reeve itself offers. Agents word its title their own way (`mcp__reeve__ask_human`, `ask_human (reeve)`)
 * and know no kind for it. The title is the agent's word; a request that names a path or a command is judged by those.
 */
function isOwnTool({ title, paths, command }: PermissionRequest): boolean {
  return command === null && paths.length === 0 && OWN_TOOLS.some((name) => title.includes(name));
}

function writesAllowed(role: AgentRun['role']): PermissionAnswer {
  return role === 'reviewer' || role === 'planner' ? deny(`a ${role} does not change files`) : { allow: true };
}

function deny(reason: string): PermissionAnswer {
  return { allow: false, reason };
}

/** Whether a path, absolute or relative to the worktree, stays inside it once its dots are resolved. */
function isInside(path: string, worktree: string): boolean {
  const full = normalised(path.startsWith('/') ? path : `${worktree}/${path}`);
  const root = normalised(worktree);
  return full === root || full.startsWith(`${root}/`);
}

function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function touchesGit(path: string): boolean {
  return path.split('/').some((part) => part.toLowerCase() === '.git');
}
