import { z } from 'zod';
import type { ProjectId, RepositoryId } from '#kernel/ids.ts';

export const CheckSpec = z.strictObject({
  name: z.string().min(1).max(60),
  command: z.string().min(1).max(2000),
  timeout_s: z.number().int().min(1).max(7200).default(600),
});
export type CheckSpec = z.infer<typeof CheckSpec>;

export const RepositoryTier = z.enum(['core', 'standard', 'sandbox']);
export type RepositoryTier = z.infer<typeof RepositoryTier>;

/** How Reeve works on a project: the `projects:` entry of reeve.yaml, or the API. */
export const ProjectSettings = z.strictObject({
  /** Commands that prepare a worktree; cached per lockfile hash. */
  setup: z.array(z.string().min(1)).default([]),
  checks: z.array(CheckSpec).default([]),
  /** Path -> command for files the queue owns. */
  regenerate: z.record(z.string(), z.string()).default({}),
  network: z.enum(['none', 'registry']).default('none'),
  sandbox: z.enum(['bwrap', 'container', 'none']).default('bwrap'),
  selfApproval: z.enum(['never', 'local']).default('never'),
  /** Role -> agent name; falls back to the installation's `roles:`. */
  roles: z.record(z.enum(['coder', 'reviewer', 'tester', 'planner']), z.string()).default({}),
  /** Label that hands an issue to agents. */
  readyLabel: z.string().default('AI-Ready'),
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;

export interface Project {
  id: ProjectId;
  key: string;
  name: string;
  settings: ProjectSettings;
  optedOut: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface Repository {
  id: RepositoryId;
  projectId: ProjectId;
  /** `local` (a forge on a bare repository and our database), `path` (a person's repository), `github`. */
  forge: 'local' | 'path' | 'github';
  /** `owner/name`, or the absolute path. Unique per forge. */
  name: string;
  defaultBranch: string;
  tier: RepositoryTier;
  allowlisted: boolean;
  createdAt: Date;
  updatedAt: Date;
}
