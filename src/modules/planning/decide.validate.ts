import { z } from 'zod';
import { ancestorsOf, cycleOf } from './decide.order.ts';
import { scopesOverlap } from './decide.scope.ts';
import { PlanDocument, type PlanFacts, type PlanProblem, type PlannedTask } from './model.ts';

/** The plan schema as published at /schemas/plan.v1.json. */
export function planJsonSchema(): Record<string, unknown> {
  return { $id: 'plan.v1.json', title: 'Plan v1', ...z.toJSONSchema(PlanDocument, { io: 'input' }) };
}

/**
 * Everything wrong with a plan, whoever wrote it: rules, a model or a person. Empty means it may be stored: the shape holds,
 * keys are unique, dependencies exist and have no cycle, every criterion is answered for by a task, tasks that may run at the
 * same time cannot touch the same file, checks exist, limits are within the installation's. Total: never throws.
 */
export function validatePlan(document: unknown, facts: PlanFacts): PlanProblem[] {
  const parsed = PlanDocument.safeParse(document);
  if (!parsed.success) {
    return parsed.error.issues.slice(0, 30).map((issue) => ({ code: 'shape', path: issue.path.map(String).join('.'), detail: issue.message }));
  }
  const plan = parsed.data;
  return [
    ...keyProblems(plan.tasks),
    ...dependencyProblems(plan.tasks),
    ...criterionProblems(plan),
    ...scopeProblems(plan.tasks),
    ...overlapProblems(plan.tasks),
    ...plan.tasks.flatMap((task, at) => limitProblems(task, `tasks.${at}`, facts)),
  ];
}

/** For people and for the repair try of a model. */
export function sentenceOf({ path, detail }: PlanProblem): string {
  return path === '' ? detail : `${path}: ${detail}`;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, at) => values.indexOf(value) !== at))];
}

function keyProblems(tasks: readonly PlannedTask[]): PlanProblem[] {
  return repeated(tasks.map(({ key }) => key)).map((key) => ({ code: 'duplicate_key', path: 'tasks', detail: `two tasks have the key ${key}` }));
}

function dependencyProblems(tasks: readonly PlannedTask[]): PlanProblem[] {
  const keys = new Set(tasks.map(({ key }) => key));
  const unknown = tasks.flatMap((task, at) =>
    task.depends_on
      .filter((key) => !keys.has(key))
      .map((key): PlanProblem => ({
        code: 'unknown_dependency',
        path: `tasks.${at}.depends_on`,
        detail: `${task.key} depends on ${key}, which is no task of this plan`,
      })),
  );
  const cycle = cycleOf(tasks);
  if (cycle.length > 0) unknown.push({ code: 'cycle', path: 'tasks', detail: `${cycle.join(', ')} wait for each other in a circle` });
  return unknown;
}

function criterionProblems(plan: PlanDocument): PlanProblem[] {
  const ids = plan.acceptance.map(({ id }) => id);
  const covered = new Set(plan.tasks.flatMap((task) => task.acceptance));
  return [
    ...repeated(ids).map((id): PlanProblem => ({ code: 'duplicate_criterion', path: 'acceptance', detail: `two criteria have the id ${id}` })),
    ...ids
      .filter((id) => !covered.has(id))
      .map((id): PlanProblem => ({ code: 'uncovered_criterion', path: 'acceptance', detail: `no task answers for ${id}` })),
    ...plan.tasks.flatMap((task, at) =>
      task.acceptance
        .filter((id) => !ids.includes(id))
        .map((id): PlanProblem => ({
          code: 'unknown_criterion',
          path: `tasks.${at}.acceptance`,
          detail: `${task.key} names ${id}, which is no criterion of this plan`,
        })),
    ),
  ];
}

/** Scopes are globs below the repository's root; nothing else may be said by them. */
function scopeProblems(tasks: readonly PlannedTask[]): PlanProblem[] {
  return tasks.flatMap((task, at) =>
    task.scope.flatMap((glob, index): PlanProblem[] => {
      const wrong = wrongInScope(glob);
      return wrong === null ? [] : [{ code: 'bad_scope', path: `tasks.${at}.scope.${index}`, detail: `"${glob}" ${wrong}` }];
    }),
  );
}

function wrongInScope(glob: string): string | null {
  if (glob.length > 400) return 'is too long';
  if (glob.startsWith('/') || /^[A-Za-z]:/.test(glob)) return 'must be relative to the root of the repository';
  if (glob.includes('\\')) return 'must use / between names';
  if (glob.split('/').includes('..')) return 'must not leave the repository';
  if (glob.split('/')[0]?.toLowerCase() === '.git') return "names git's own folder";
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f]/.test(glob) ? 'holds control characters' : null;
}

function overlapProblems(tasks: readonly PlannedTask[]): PlanProblem[] {
  const ancestors = ancestorsOf(tasks);
  const problems: PlanProblem[] = [];
  tasks.forEach((left, at) => {
    for (const right of tasks.slice(at + 1)) {
      const ordered = ancestors.get(left.key)?.has(right.key) === true || ancestors.get(right.key)?.has(left.key) === true;
      if (!ordered && scopesOverlap(left.scope, right.scope)) {
        problems.push({
          code: 'overlapping_scopes',
          path: `tasks.${at}.scope`,
          detail: `${left.key} and ${right.key} could run at the same time and touch the same files: narrow a scope, or let one depend on the other`,
        });
      }
    }
  });
  return problems;
}

function limitProblems(task: PlannedTask, path: string, facts: PlanFacts): PlanProblem[] {
  const problems: PlanProblem[] = task.checks
    .filter((name) => !facts.checks.includes(name))
    .map((name) => ({
      code: 'unknown_check',
      path: `${path}.checks`,
      detail: `"${name}" is no check of the project${facts.checks.length === 0 ? '' : ` (it has ${facts.checks.join(', ')})`}`,
    }));
  if (facts.checks.length > 0 && task.checks.length === 0 && (task.role === 'coder' || task.role === 'tester')) {
    problems.push({
      code: 'missing_checks',
      path: `${path}.checks`,
      detail: `${task.key} changes code and runs none of the project's checks (${facts.checks.join(', ')})`,
    });
  }
  if (task.limits.files > facts.maxFiles)
    problems.push({
      code: 'too_many_files',
      path: `${path}.limits.files`,
      detail: `${task.limits.files} files are more than the ${facts.maxFiles} one change may touch: split the task`,
    });
  if (task.limits.context_tokens > facts.maxContextTokens) {
    problems.push({
      code: 'too_much_context',
      path: `${path}.limits.context_tokens`,
      detail: `${task.limits.context_tokens} tokens are more than the ${facts.maxContextTokens} an agent may read: split the task`,
    });
  }
  return problems;
}
