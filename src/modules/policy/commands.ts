import { AppError, messageOf } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { PolicyEngine } from '#ports/policy-engine.ts';
import { engineAnswer, EngineUnasked, within } from './commands.engine.ts';
import { withEngine } from './decide.engine.ts';
import { explainPolicy } from './decide.explain.ts';
import { decidePolicy, denyWithoutPolicy } from './decide.ts';
import { compileRules, defaultRuleOf, parseYaml } from './decide.parse.ts';
import { tighten } from './decide.tighten.ts';
import { OverrideDocument, PolicyDocument, type Policy } from './model.document.ts';
import type { LimitFact } from './model.facts.ts';
import type {
  CurrentPolicy,
  EngineAnswers,
  Explanation,
  Facts,
  LoadedPolicies,
  PolicyInForce,
  PolicyProblem,
  PolicyQuestion,
  PolicyText,
} from './model.ts';

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
  if (document.value.actions['policy.update']?.mode === 'auto')
    return err([{ path: 'actions.policy.update.mode', detail: 'auto would let a policy be changed without people' }]);
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
  /**
   * Reads the policy texts anew (file, default branch, activated version), with the override of this project if it has one. Called for
   * each question; must be quick.
   */
  load(projectId: string | null): Promise<LoadedPolicies> | LoadedPolicies;
  /** `ACTION_KINDS` of modules/actions; passed in because actions stand above policy. */
  kinds: readonly string[];
  /** Facts of limits that this installation observes: one of them missing where it is needed counts as a limit passed. Default none. */
  observed?: readonly LimitFact[];
  /** Asked beside the own rules; the stricter of the two decides. */
  engine?: PolicyEngine | null;
  /** Hears of the organisation's text when it is read for the first time and whenever it is another one. Must not throw. */
  onInForce?(inForce: { hash: string } & PolicyText): void;
}

interface InForce {
  policy: Policy;
  /** The organisation's alone. */
  base: Policy;
  text: PolicyText;
  override: PolicyText | null;
  engine: CurrentPolicy['engine'];
}

/** The policy in force. Compiled once per text; texts are read at each question. */
export function createPolicy(deps: PolicyDeps): PolicyInForce {
  const read = createReader(deps);
  const observed = deps.observed ?? [];
  const engine = deps.engine ?? null;

  async function decide(question: PolicyQuestion, projectId: string | null | undefined, known?: EngineAnswers) {
    const inForce = await read(projectId ?? null);
    const own = decidePolicy(inForce.policy, question, observed);
    const asked = { policyHash: inForce.policy.hash, known };
    const answer = engine === null || own.kind === 'deny' ? null : await engineAnswer(engine, question, asked);
    const decision = engine === null || answer === null ? own : withEngine(own, engine.name, answer);
    return { inForce, answer, decision: { ...decision, ...lookedAt(question) } };
  }

  return {
    async current(projectId): Promise<CurrentPolicy> {
      const { policy, text, override, engine: asked } = await read(projectId ?? null);
      return { hash: policy.hash, text: text.text, source: text.source, override, engine: asked, limits: policy.limits, shadow: policy.shadow };
    },
    async evaluate(question, projectId, known) {
      try {
        return (await decide(question, projectId, known)).decision;
      } catch (error) {
        if (error instanceof EngineUnasked) throw error;
        return denyWithoutPolicy(`The policy cannot be used: ${messageOf(error)}`);
      }
    },
    async explain(question, projectId): Promise<Explanation> {
      const { inForce, answer, decision } = await decide(question, projectId);
      return {
        decision,
        ...explainPolicy({ base: inForce.base, inForce: inForce.policy }, question, observed),
        sources: { organisation: inForce.text.source, override: inForce.override?.source ?? null },
        engine:
          engine === null ? null : { name: engine.name, answer: answer?.effect ?? 'not asked', reason: answer?.reason ?? 'The own policy denies.' },
      };
    },
  };
}

/** Reads and compiles what is in force for a project. AppError unavailable when it cannot be used. */
function createReader(deps: PolicyDeps): (projectId: string | null) => Promise<InForce> {
  const compiled = createCompiler(deps.kinds);
  const engine = deps.engine ?? null;
  let announced: string | null = null;
  return async (projectId) => {
    const loaded = await deps.load(projectId);
    const { organisation, projects } = loaded;
    const override = projectId === null || projects === undefined || !Object.hasOwn(projects, projectId) ? null : (projects[projectId] ?? null);
    const base = usable(compiled(organisation.text, null), organisation.source);
    if (announced !== organisation.text) {
      announced = organisation.text;
      deps.onInForce?.({ ...organisation, hash: base.hash });
    }
    const own = override === null ? base : usable(compiled(organisation.text, override.text), `${organisation.source} with ${override.source}`);
    const asked = engine === null ? null : { name: engine.name, version: await within(engine.version()) };
    const hash = asked === null ? own.hash : sha256Hex(canonicalJson({ policy: own.hash, engine: asked }));
    const guarded = loaded.protectedPaths ?? [];
    return { policy: { ...guarding(own, guarded), hash }, base: guarding(base, guarded), text: organisation, override, engine: asked };
  };
}

function guarding(policy: Policy, paths: readonly string[]): Policy {
  if (paths.length === 0) return policy;
  return { ...policy, limits: { ...policy.limits, protected_paths: [...new Set([...policy.limits.protected_paths, ...paths])] } };
}

function usable(result: Result<Policy, PolicyProblem[]>, source: string): Policy {
  if (result.ok) return result.value;
  const [first] = result.error;
  throw new AppError('unavailable', `The policy of ${source} is invalid: ${first === undefined ? 'unknown' : sentenceOf(first)}.`, {
    code: 'policy_invalid',
    detail: { problems: result.error },
    hint: 'Nothing is allowed until it is corrected; `reeve policy check FILE` names every problem.',
  });
}

/** The facts as they are kept with the decision; what has no JSON form was denied anyway. */
function lookedAt(question: PolicyQuestion): { facts?: Facts } {
  try {
    const { args: _, ...facts } = question.facts;
    return { facts: JSON.parse(JSON.stringify(facts)) as Facts };
  } catch {
    return {};
  }
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
