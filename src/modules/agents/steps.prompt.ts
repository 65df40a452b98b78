import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { bulleted, chooseFence, parseTemplate, renderPrompt, templateNames, type PromptTemplate } from './decide.prompt.ts';
import { baseName, LOCKFILES } from './decide.scope.ts';
import { strategyOf } from './decide.strategy.ts';
import type { RunBrief } from './model.brief.ts';
import type { RunRequest } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';

export interface BuiltPrompt {
  text: string;
  /** SHA-256 of the text. */
  hash: string;
  /** `coder.bugfix@1` */
  version: string;
}

export interface PromptInput {
  request: RunRequest;
  brief: RunBrief;
  mirror: Mirror;
  commit: string;
  entries: readonly TreeEntry[];
}

/** Builds the prompt of a run from its template, the work, and the standards the repository has at its base. */
export async function buildPrompt(deps: Pick<AgentsDeps, 'folders' | 'nonce'>, input: PromptInput): Promise<BuiltPrompt> {
  const { request, brief } = input;
  const template = await loadTemplate(deps.folders.prompts, templateNames(request.role, brief.workItem.type));
  const data = {
    title: brief.task?.title ?? brief.workItem.title,
    task: brief.task?.description ?? '',
    issue: `${brief.workItem.title}\n\n${brief.workItem.body}`.trim(),
    acceptance: bulleted(brief.acceptance, ''),
    standards: await standardsOf(input),
    feedback: request.feedback ?? '',
    material: request.material ?? '',
  };
  const values = {
    role: request.role,
    repository: brief.repositoryName,
    target: request.target,
    base: input.commit,
    attempt: String(request.attempt),
    strategy: strategyOf(request.rework),
    scope: bulleted(brief.scope),
    checks: bulleted(brief.checks.map((check) => `${check.name}: \`${check.command}\``)),
    lint_files: bulleted(lintFiles(input.entries)),
    queue_owned: bulleted([...new Set([...Object.keys(brief.settings.regenerate), ...lockfilesIn(input.entries)])].sort()),
  };
  const nonces = [deps.nonce(), deps.nonce(), deps.nonce()];
  const fence = chooseFence(nonces, Object.values(data));
  const text = renderPrompt(template, { values, data }, fence);
  return { text, hash: sha256Hex(text), version: `${template.name}@${template.version}` };
}

async function loadTemplate(folder: string, names: readonly string[]): Promise<PromptTemplate> {
  for (const name of names) {
    const text = await readOrNull(path.join(folder, `${name}.md`));
    if (text !== null) return parseTemplate(text);
  }
  throw new AppError('unavailable', `The prompt template ${names.join(' or ')} is missing from ${folder}.`, {
    code: 'prompt_missing',
    hint: 'Reinstall Reeve: its prompts folder is incomplete.',
  });
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Files in which repositories write down how they want to be worked on. */
const STANDARDS: readonly string[] = ['AGENTS.md', 'CONTRIBUTING.md', '.github/CONTRIBUTING.md', 'docs/CONTRIBUTING.md'];
// About 3,000 tokens each: enough for the rules, small beside the task.
const MOST_STANDARD_CHARS = 12_000;

async function standardsOf({ mirror, commit, entries }: PromptInput): Promise<string> {
  const there = new Set(entries.filter((entry) => entry.mode !== '120000').map((entry) => entry.path));
  const parts: string[] = [];
  for (const file of STANDARDS.filter((name) => there.has(name))) {
    const content = (await mirror.readFile(commit, file))?.toString('utf8') ?? '';
    parts.push(`--- ${file}\n${content.slice(0, MOST_STANDARD_CHARS)}`);
  }
  return parts.join('\n\n');
}

const LINT_FILE =
  /^(\.eslintrc.*|eslint\.config\..*|\.?oxlintrc\.json|\.?biome\.jsonc?|\.prettierrc.*|prettier\.config\..*|\.editorconfig|\.stylelintrc.*|ruff\.toml|\.flake8|\.pylintrc|mypy\.ini|\.golangci\.ya?ml|rustfmt\.toml|clippy\.toml|\.rubocop\.yml|\.shellcheckrc|tsconfig.*\.json)$/;

function lintFiles(entries: readonly TreeEntry[]): string[] {
  return entries
    .map((entry) => entry.path)
    .filter((file) => LINT_FILE.test(baseName(file)))
    .slice(0, 30);
}

function lockfilesIn(entries: readonly TreeEntry[]): string[] {
  return entries
    .map((entry) => entry.path)
    .filter((file) => LOCKFILES.has(baseName(file)))
    .slice(0, 30);
}
