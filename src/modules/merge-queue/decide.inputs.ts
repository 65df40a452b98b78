/** What well-known files that tools write are made from. A lockfile's manifests may lie anywhere below it (workspaces). */
const INPUTS: ReadonlyArray<{ output: RegExp; inputs: readonly string[] }> = [
  { output: /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|bun\.lockb?)$/, inputs: ['package.json', '.npmrc', '.yarnrc.yml', 'bunfig.toml'] },
  { output: /^pnpm-lock\.yaml$/, inputs: ['package.json', 'pnpm-workspace.yaml', '.npmrc', '.pnpmfile.cjs'] },
  { output: /^deno\.lock$/, inputs: ['deno.json', 'deno.jsonc', 'package.json'] },
  { output: /^go\.sum$/, inputs: ['go.mod', 'go.work'] },
  { output: /^Cargo\.lock$/, inputs: ['Cargo.toml'] },
  { output: /^(poetry\.lock|uv\.lock|pdm\.lock)$/, inputs: ['pyproject.toml'] },
  { output: /^Pipfile\.lock$/, inputs: ['Pipfile'] },
  { output: /^Gemfile\.lock$/, inputs: ['Gemfile'] },
  { output: /^composer\.lock$/, inputs: ['composer.json'] },
];

/** Fragments that release tools make a changelog and a version of. */
const NEWS = ['**/.changeset/**', '**/changelog.d/**', '**/newsfragments/**', '**/.changes/**'];
const RELEASED = /^(change(log|s)|history|news)(\.\w+)?$|^version(\.\w+)?$/i;

/** Globs of the files that what a glob names is made from; null: not known. */
export function inputsOf(glob: string): string[] | null {
  const name = glob.slice(glob.lastIndexOf('/') + 1);
  const folder = glob.slice(0, glob.lastIndexOf('/') + 1).replace(/\*\*\/$/, '');
  const known = INPUTS.find(({ output }) => output.test(name));
  if (known !== undefined) return known.inputs.map((input) => `${folder}**/${input}`);
  return RELEASED.test(name) ? NEWS : null;
}
