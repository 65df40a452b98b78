import { AppError, messageOf } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { decidePolicy, denyWithoutPolicy } from './decide.ts';
import { compileRules, defaultRuleOf, parseYaml } from './decide.parse.ts';
import { tighten } from './decide.tighten.ts';
import { OverrideDocument, PolicyDocument, type Policy } from './model.document.ts';
import type { CurrentPolicy, LoadedPolicies, PolicyPort, PolicyProblem, PolicyText } from './model.ts';

/** SHA-256 over JCS of the checked document: two texts that mean the same have the same hash, whatever their layout. */
export function policyHash(document: PolicyDocument): string {
  return sha256Hex(canonicalJson(document));
}

/** Checks and compiles a policy text. `kinds` are the action kinds of this program. */
export function parsePolicy(text: string, kinds: readonly string[]): Result<Policy, PolicyProblem[]> {
  const document = parseYaml(text, PolicyDocument, kinds);
  if (!document.ok) return document;
  const rules = compileRules(document.value.actions);
  if (!rules.ok) return rules;
  const { defaults, limits, shadow } = document.value;
  return ok({ hash: policyHash(document.value), defaultRule: defaultRuleOf(defaults.risk), rules: rules.value, limits, shadow });
}

/** Applies a project's own policy text to the organisation's; problems name what would loosen it. */
export function tightenPolicy(base: Policy, text: string, kinds: readonly string[]): Result<Policy, PolicyProblem[]> {
  const override = parseYaml(text, OverrideDocument, kinds);
  if (!override.ok) return override;
  return tighten(base, override.value, sha256Hex(canonicalJson({ base: base.hash, override: override.value })));
}

export interface PolicyDeps {
  /** Reads the policy texts anew (file, setting, default branch). Called for each question; must be quick. */
  load(): Promise<LoadedPolicies> | LoadedPolicies;
  /** `ACTION_KINDS` of modules/actions; passed in because actions stand above policy. */
  kinds: readonly string[];
}

/** The policy in force. Compiled once per text; texts are read at each question. */
export function createPolicy(deps: PolicyDeps): PolicyPort {
  const compiled = createCompiler(deps.kinds);

  async function read(projectId: string | null | undefined): Promise<{ policy: Policy; text: PolicyText }> {
    const loaded = await deps.load();
    const project =
      projectId === null || projectId === undefined || loaded.projects === undefined || !Object.hasOwn(loaded.projects, projectId)
        ? undefined
        : loaded.projects[projectId];
    const result = compiled(loaded.organisation.text, project?.text ?? null);
    if (result.ok) return { policy: result.value, text: loaded.organisation };
    const [first] = result.error;
    const source = project === undefined ? loaded.organisation.source : `${loaded.organisation.source} with ${project.source}`;
    throw new AppError('unavailable', `The policy of ${source} is invalid: ${first === undefined ? 'unknown' : sentenceOf(first)}.`, {
      code: 'policy_invalid',
      detail: { problems: result.error },
      hint: 'Nothing is allowed until it is corrected.',
    });
  }

  return {
    async current(projectId): Promise<CurrentPolicy> {
      const { policy, text } = await read(projectId);
      return { hash: policy.hash, text: text.text, source: text.source, shadow: policy.shadow };
    },
    async evaluate(question, projectId) {
      try {
        return decidePolicy((await read(projectId)).policy, question);
      } catch (error) {
        return denyWithoutPolicy(`The policy cannot be used: ${messageOf(error)}`);
      }
    },
  };
}

const sentenceOf = (problem: PolicyProblem): string => (problem.path === '' ? problem.detail : `${problem.path}: ${problem.detail}`);

// Organisation and projects in force at one time; a changed text makes a new entry.
const MOST_COMPILED = 500;

function createCompiler(kinds: readonly string[]) {
  const known = new Map<string, Result<Policy, PolicyProblem[]>>();
  return (organisation: string, project: string | null): Result<Policy, PolicyProblem[]> => {
    const key = JSON.stringify([organisation, project]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const base = parsePolicy(organisation, kinds);
    const result = base.ok && project !== null ? tightenPolicy(base.value, project, kinds) : base;
    if (known.size >= MOST_COMPILED) known.clear();
    known.set(key, result.ok ? result : err(result.error));
    return result;
  };
}
