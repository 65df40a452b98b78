import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import { createCedarEngine } from '#connectors/cedar/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createOpaHttpEngine, createOpaWasmEngine } from '#connectors/opa/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import {
  createPolicy,
  DEFAULT_POLICY_TEXT,
  type LimitFact,
  type LoadedPolicies,
  type PolicyInForce,
  type PolicyText,
} from '#modules/policy/index.ts';
import type { PolicyEngine } from '#ports/policy-engine.ts';
import type { AppConfig } from './config.ts';
import { createPolicyRepository, type PolicyRepositoryDeps } from './policy-repository.ts';

/**
 * Facts of limits that are observed (`createFacts`, and modules/actions for personal data). Messages to channels are sent by kinds that do
 * not exist yet: whoever adds one has to bring the number of readers.
 */
export const OBSERVED: readonly LimitFact[] = [
  'cost.month_usd',
  'personal_data.found',
  'channel.size',
  'change.paths',
  'change.files',
  'change.bytes',
];

type PolicyConfig = Pick<
  AppConfig,
  | 'baseDir'
  | 'policy'
  | 'policyRepository'
  | 'policyBranch'
  | 'policyPath'
  | 'policyEngine'
  | 'policyEngineFile'
  | 'policyEngineUrl'
  | 'allowPrivateHosts'
  | 'sections'
>;

/** What only a server has. */
export interface PolicyParts {
  repository: PolicyRepositoryDeps;
  /** Key of a project in reeve.yaml; null when it is gone. */
  projectKey(projectId: string): Promise<string | null>;
  /** The text people activated last. */
  activated(): Promise<PolicyText | null>;
  onInForce(inForce: { hash: string } & PolicyText): void;
  /** The engine with its calls noted. */
  watched?(engine: PolicyEngine): PolicyEngine;
}

/** Reads the texts in force, anew for each question: the configured one, or the activated one, or the one that is shipped. */
export function createPolicyLoader(config: PolicyConfig, parts: PolicyParts | null): (projectId: string | null) => Promise<LoadedPolicies> {
  const organisation = organisationSource(config, parts);
  const overridden = Object.values(config.sections.projects).some((project) => project.policy !== undefined);
  return async (projectId) => {
    const text = await organisation();
    // A change of the policy is high risk, whatever the policy says.
    const protectedPaths = config.policyRepository === null ? [] : [config.policyPath];
    const key = projectId === null || parts === null || !overridden ? null : await parts.projectKey(projectId);
    const file = key === null || !Object.hasOwn(config.sections.projects, key) ? undefined : config.sections.projects[key]?.policy;
    if (projectId === null || file === undefined) return { organisation: text, protectedPaths };
    const source = path.resolve(config.baseDir, file);
    return { organisation: text, protectedPaths, projects: { [projectId]: { text: await read(source), source } } };
  };
}

function organisationSource(config: PolicyConfig, parts: PolicyParts | null): () => Promise<PolicyText> {
  const { policy: file, policyRepository: name } = config;
  if (file !== null && name !== null)
    throw new AppError('invalid', 'The policy comes from a file or from a repository, not from both.', {
      code: 'policy_ambiguous',
      hint: 'Leave out `policy` or `policy_repository`.',
    });
  if (file !== null) return async () => ({ text: await read(file), source: file });
  if (name === null) return async () => (await parts?.activated()) ?? { text: DEFAULT_POLICY_TEXT, source: 'default' };
  // Without a server (doctor) there is nothing to read it through; the server's start says whether it can be read.
  if (parts === null) return async () => ({ text: DEFAULT_POLICY_TEXT, source: `${name}, read by the server` });
  return createPolicyRepository(parts.repository, { ...config, repository: name });
}

/** True when files or a repository say what is in force, so that nothing can be activated. */
export function isPolicyConfigured(config: Pick<AppConfig, 'policy' | 'policyRepository'>): string | null {
  return config.policy ?? config.policyRepository;
}

/** The policy in force, with the engine that is asked beside it. */
export function createAppPolicy(config: PolicyConfig, parts: PolicyParts | null = null): PolicyInForce {
  return createPolicy({
    kinds: ACTION_KINDS,
    observed: OBSERVED,
    engine: watchedBy(parts, engineOf(config)),
    load: createPolicyLoader(config, parts),
    ...(parts === null ? {} : { onInForce: parts.onInForce }),
  });
}

/** The same installation with another text of the organisation: projects, engine and facts stay. Nobody hears of it. */
export function policyUnder(config: PolicyConfig, parts: PolicyParts, text: string): PolicyInForce {
  const load = createPolicyLoader(config, parts);
  return createPolicy({
    kinds: ACTION_KINDS,
    observed: OBSERVED,
    engine: engineOf(config),
    load: async (projectId) => ({ ...(await load(projectId)), organisation: { text, source: 'the text that is tried' } }),
  });
}

const watchedBy = (parts: PolicyParts | null, engine: PolicyEngine | null): PolicyEngine | null =>
  engine === null ? null : (parts?.watched?.(engine) ?? engine);

function engineOf(config: PolicyConfig): PolicyEngine | null {
  const { policyEngine: kind, policyEngineFile: file, policyEngineUrl: url, allowPrivateHosts } = config;
  if (kind === 'own') return null;
  if (kind === 'opa') return createOpaHttpEngine({ url: needed(url, 'policy_engine_url', kind), fetch: createGuardedFetch({ allowPrivateHosts }) });
  const rules = needed(file, 'policy_engine_file', kind);
  return kind === 'cedar' ? createCedarEngine({ file: rules }) : createOpaWasmEngine({ file: rules });
}

function needed(value: string | null, key: string, kind: string): string {
  if (value !== null) return value;
  throw new AppError('invalid', `policy_engine: ${kind} needs ${key}.`, { code: 'engine_incomplete', hint: `Set REEVE_${key.toUpperCase()}.` });
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('unavailable', `The policy file cannot be read: ${messageOf(error)}`, {
      code: 'policy_unreadable',
      hint: 'Correct REEVE_POLICY, or leave it out for the policy that is shipped.',
      cause: error,
    });
  });
}
