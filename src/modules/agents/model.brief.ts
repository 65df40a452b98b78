import type { TaskId, WorkItemId } from '#kernel/ids.ts';
import type { CheckSpec, ProjectSettings } from '#modules/projects/index.ts';

/**
 * Everything a run must know of its work, gathered before it starts. Texts of issues and people are data: the prompt fences
 * them. A run of a whole work item (no task) has the scope `**`.
 */
export interface RunBrief {
  projectId: string;
  projectKey: string;
  settings: ProjectSettings;
  repositoryId: string;
  /** `owner/name` or the path: what the change request names as its repository. */
  repositoryName: string;
  defaultBranch: string;
  workItem: { id: WorkItemId | null; number: number | null; title: string; body: string; type: string | null };
  task: { id: TaskId; key: string; title: string; description: string } | null;
  /** Globs of what may be touched. */
  scope: readonly string[];
  /** Acceptance criteria as texts. */
  acceptance: readonly string[];
  /** The checks that must pass, resolved; one whose command is empty is not defined and fails. */
  checks: readonly CheckSpec[];
  /** Most files the change may touch; null: only the installation's limit. */
  maxFiles: number | null;
  /** Ids of change requests that must land first. */
  dependsOn: readonly string[];
}
