import { isDocPath, isTestPath } from './decide.paths.ts';
import type { PlanDocument, PlannedTask } from './model.ts';

const MOST_GLOBS = 8;
const TEST_FILES = 20;
/** Of a plan document. */
const MOST_TASKS = 50;

/**
 * The plan with a task for a tester behind the others, so that tests are planned, approved and seen like any work: it starts when
 * everything else has landed, may touch tests alone, and answers for every criterion once more. A plan that has such a
 * task already, or changes nothing but documentation, stays as it is.
 */
export function withTesterTask(plan: PlanDocument, repoFiles: readonly string[]): PlanDocument {
  if (plan.tasks.some(({ role }) => role === 'tester') || plan.tasks.length >= MOST_TASKS) return plan;
  const code = plan.tasks.filter(({ role, scope }) => role === 'coder' && !scope.every(isDocPath));
  if (code.length === 0) return plan;
  const task: PlannedTask = {
    key: freeKey(plan),
    title: 'Test what was built',
    description: `Write the tests that are still missing for: ${code.map(({ title }) => title).join('; ')}`.slice(0, 20_000),
    role: 'tester',
    scope: testGlobs(repoFiles),
    depends_on: plan.tasks.map(({ key }) => key),
    acceptance: plan.acceptance.map(({ id }) => id),
    estimate: 'S',
    checks: [...new Set(code.flatMap(({ checks }) => checks))],
    limits: { files: TEST_FILES, context_tokens: Math.max(...code.map(({ limits }) => limits.context_tokens)) },
  };
  return { ...plan, tasks: [...plan.tasks, task] };
}

function freeKey({ tasks }: PlanDocument): string {
  return `t${Math.max(...tasks.map(({ key }) => Number(key.slice(1)))) + 1}`;
}

/** Where this repository keeps its tests, as globs: its test folders, and the endings of tests that lie beside the code. */
export function testGlobs(repoFiles: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of repoFiles.filter(isTestPath)) {
    const glob = globOf(file);
    if (glob !== null) counts.set(glob, (counts.get(glob) ?? 0) + 1);
  }
  const found = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1)).map(([glob]) => glob);
  return found.length === 0 ? ['test/**'] : found.slice(0, MOST_GLOBS);
}

const FOLDER = /^((?:[^/]+\/)*?(?:tests?|specs?|__tests__|e2e))\//i;
const ENDING = /[._-](?:test|spec)s?\.[^./]+$/i;
const PREFIX = /(?:^|\/)test_[^/]+(\.[^./]+)$/i;

function globOf(file: string): string | null {
  const folder = FOLDER.exec(file)?.[1];
  // Folders deep in the tree are one pattern: a glob for each package would be a list nobody reads.
  if (folder !== undefined) return folder.includes('/') ? `**/${folder.slice(folder.lastIndexOf('/') + 1)}/**` : `${folder}/**`;
  const ending = ENDING.exec(file)?.[0];
  if (ending !== undefined) return `**/*${ending}`;
  const prefixed = PREFIX.exec(file)?.[1];
  return prefixed === undefined ? null : `**/test_*${prefixed}`;
}
