import { AppError } from '#kernel/errors.ts';
import { parsePolicy, tightenPolicy } from './commands.ts';
import { redecide, type ChangedDecision, type DecidedMode, type RecordedDecision } from './decide.simulate.ts';
import type { Policy } from './model.document.ts';
import type { LimitFact } from './model.facts.ts';
import type { LoadedPolicies, PolicyProblem } from './model.ts';

export interface SimulationDeps {
  kinds: readonly string[];
  observed: readonly LimitFact[];
  /** As `PolicyDeps.load`: overrides of projects stay in force over the new text. */
  load(projectId: string | null): Promise<LoadedPolicies> | LoadedPolicies;
  /** Decisions made at or after `since`, newest first. */
  history(since: Date): AsyncIterable<RecordedDecision>;
}

export interface SimulationReport {
  hash: string;
  since: Date;
  /** Decisions that were made again. */
  considered: number;
  /** Decisions whose facts were not recorded. */
  unknown: number;
  /** True when there were more than `MOST_DECISIONS`: only the newest were looked at. */
  truncated: boolean;
  /** Unchanged ones included. */
  counts: { from: DecidedMode; to: DecidedMode; count: number }[];
  /** Only those whose mode would be another one, newest first. */
  changed: ChangedDecision[];
}

/** More are minutes of work, and no person reads them. */
const MOST_DECISIONS = 50_000;

/** Every recorded decision since then, made again under `text`. AppError invalid `policy_invalid` with `problems`. */
export async function simulate(deps: SimulationDeps, text: string, since: Date): Promise<SimulationReport> {
  const parsed = parsePolicy(text, deps.kinds);
  if (!parsed.ok) throw invalidPolicy(parsed.error);
  const policyFor = createOverrides(deps, parsed.value);
  const counts = new Map<string, { from: DecidedMode; to: DecidedMode; count: number }>();
  const report = { hash: parsed.value.hash, since, considered: 0, unknown: 0, truncated: false, changed: [] as ChangedDecision[] };
  for await (const recorded of deps.history(since)) {
    if (report.considered + report.unknown >= MOST_DECISIONS) {
      report.truncated = true;
      break;
    }
    const again = redecide(recorded, await policyFor(recorded.projectId), deps.observed);
    if (again === null) {
      report.unknown += 1;
      continue;
    }
    report.considered += 1;
    const key = `${again.from} ${again.to}`;
    const count = counts.get(key) ?? { from: again.from, to: again.to, count: 0 };
    counts.set(key, { ...count, count: count.count + 1 });
    if (again.from !== again.to) report.changed.push(again);
  }
  return { ...report, counts: [...counts.values()].sort((a, b) => b.count - a.count) };
}

export function invalidPolicy(problems: PolicyProblem[]): AppError {
  const [first] = problems;
  const at = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return new AppError('invalid', `This policy is not valid: ${at}${first?.detail ?? 'unknown'}.`, {
    code: 'policy_invalid',
    detail: { problems },
    hint: '`reeve policy check FILE` names every problem.',
  });
}

/** The new text as each project would have it; null where its override would loosen the new text, which denies everything there. */
function createOverrides(deps: SimulationDeps, base: Policy): (projectId: string | null) => Promise<Policy | null> {
  const known = new Map<string, Policy | null>();
  return async (projectId) => {
    if (projectId === null) return base;
    const before = known.get(projectId);
    if (before !== undefined) return before;
    const { projects } = await deps.load(projectId);
    const override = projects !== undefined && Object.hasOwn(projects, projectId) ? projects[projectId] : undefined;
    const tightened = override === undefined ? null : tightenPolicy(base, override.text, deps.kinds);
    const policy = tightened === null ? base : tightened.ok ? tightened.value : null;
    known.set(projectId, policy);
    return policy;
  };
}
