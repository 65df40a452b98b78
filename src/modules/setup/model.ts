/** What an installation has got so far, in the order in which a person brings it. */
export interface SetupView {
  /** A repository Reeve may work on. */
  repository: boolean;
  /** An agent that fills the role of a coder, and that answered when it was last started to see whether it can. */
  agent: boolean;
  /** Something was asked for. */
  work: boolean;
  /** Something is where it was to go: merged on the forge, or on its branch in the person's checkout. */
  landed: boolean;
  /** Nobody needs to be led by the hand. */
  complete: boolean;
  /** What a person typed last, so that who comes back finds it. Null: nothing, or the caller is limited to projects. */
  request: { id: string; ended: boolean } | null;
  forges: {
    github: boolean;
  };
  /** Who plans and triages: `rules`, `provider/model` or `agent:<name>`. Null: the caller is limited to projects. */
  model: string | null;
  /** There is a model behind the gateway that sealed agents reach. */
  gateway: boolean;
  /** How many active people may decide something. Null: the caller is limited to projects. */
  deciders: number | null;
}

/** A folder of this machine that a person named. */
export interface LocalRepository {
  /** The repository itself, symbolic links resolved. */
  path: string;
  defaultBranch: string;
  /** Null: detached, or no worktree. */
  checkedOut: string | null;
  /** What may be the main branch instead. */
  branches: string[];
  /** Id of the repository when Reeve knows it already. */
  repositoryId: string | null;
  /** Guessed from the files at its top. */
  suggested: SuggestedSettings;
}

/** What a project would have to be told so that its checks run. */
export interface SuggestedSettings {
  setup: string[];
  checks: Array<{ name: string; command: string; timeout_s: number }>;
  /** Of setup and checks. */
  network: 'none' | 'registry';
  /** Which file told it, one sentence; null: nothing was recognised. */
  because: string | null;
}

/** Files at the top of a repository that tell how its tests are run; their texts are data. */
export const TELLING_FILES = ['package.json', 'package-lock.json', 'Cargo.toml', 'go.mod', 'pyproject.toml', 'Makefile'] as const;
export type TellingFile = (typeof TELLING_FILES)[number];

/** One look of the doctor. */
export interface DoctorCheck {
  name: string;
  ok: boolean;
  /** False: Reeve works without it, and something is then missing. */
  needed: boolean;
  detail: string;
  fix: string | null;
}
