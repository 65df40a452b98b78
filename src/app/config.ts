import path from 'node:path';
import { z } from 'zod';
import { loadConfig, type Config, type Environment } from '#platform/config/index.ts';
import { AgentSpec } from '#modules/agents/index.ts';
import { PersonInput, TeamInput } from '#modules/people/index.ts';
import { ProjectSettings, QueueSettings, ReviewSettings } from '#modules/projects/index.ts';

const AgentName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'letters, digits, dot and dash');
const RoleName = z.enum(['coder', 'reviewer', 'tester', 'planner']);

/** A project of reeve.yaml: where its repository is, and how Reeve works there. */
const ProjectSection = z.strictObject({
  /** `owner/name` on the embedded forge or GitHub, or a path. */
  repo: z.string().min(1),
  /** Where an `owner/name` lives; left out: on GitHub when it is connected and the embedded forge has no repository of that name. */
  forge: z.enum(['local', 'github']).optional(),
  name: z.string().min(1).optional(),
  default_branch: z.string().default('main'),
  setup: ProjectSettings.shape.setup.optional(),
  checks: ProjectSettings.shape.checks.optional(),
  regenerate: ProjectSettings.shape.regenerate.optional(),
  network: ProjectSettings.shape.network.optional(),
  sandbox: ProjectSettings.shape.sandbox.optional(),
  self_approval: ProjectSettings.shape.selfApproval.optional(),
  roles: ProjectSettings.shape.roles.optional(),
  assign: ProjectSettings.shape.assign.optional(),
  ready_label: ProjectSettings.shape.readyLabel.optional(),
  ci: ProjectSettings.shape.ci.optional(),
  queue: QueueSettings.partial().optional(),
  reviews: ReviewSettings.partial().optional(),
  tier: z.enum(['core', 'standard', 'sandbox']).optional(),
  /** A policy of this project's own, which may only tighten the organisation's. A path, from the folder of the file. */
  policy: z.string().min(1).max(4096).optional(),
});
export type ProjectSection = z.infer<typeof ProjectSection>;

const { capacityHoursPerWeek, wipLimit } = PersonInput.shape;

/** A person of reeve.yaml, whose keys are written like all others there. */
const PersonSection = PersonInput.omit({ capacityHoursPerWeek: true, wipLimit: true })
  .extend({ capacity_hours_per_week: capacityHoursPerWeek, wip_limit: wipLimit })
  .transform(({ capacity_hours_per_week: hours, wip_limit: limit, ...same }) => ({ ...same, capacityHoursPerWeek: hours, wipLimit: limit }));

const sections = {
  agents: z.record(AgentName, AgentSpec).default({}),
  roles: z.partialRecord(RoleName, AgentName).default({}),
  projects: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/), ProjectSection).default({}),
  people: z.array(PersonSection).default([]),
  teams: z.array(TeamInput).default([]),
};

export type AppConfig = Config<typeof sections> & {
  /** The same before its references to secrets were replaced; left out where they were not. */
  written?: Config<typeof sections>;
};

/** Configuration of this process: `reeve.yaml` and the environment, parsed once. */
export function loadAppConfig(env: Environment, cwd: string): AppConfig {
  return loadConfig({ env, cwd, sections });
}

/** Harness of an agent as it is configured; null: it is not. */
export function harnessOf(config: Pick<AppConfig, 'sections'>, agent: string): string | null {
  return config.sections.agents[agent]?.harness ?? null;
}

/** Absolute path of a repository named by a path, or null when it is an `owner/name`. */
export function repositoryPath(config: Pick<AppConfig, 'baseDir'>, repo: string): string | null {
  return repo.startsWith('/') || repo.startsWith('.') ? path.resolve(config.baseDir, repo) : null;
}
