import type { AgentRun } from './model.ts';

/**
 * Prompt rendering, without I/O. Two kinds of placeholders: `{{name}}` takes text of Reeve's own making (a path, a list of
 * globs), `{{data.name}}` takes text of people, issues or programs and always comes out between fences. A fence carries a
 * random nonce that occurs in none of the texts, so that no text can end its own fence and speak as the instruction.
 */
export interface PromptTemplate {
  /** `coder.bugfix` */
  name: string;
  version: number;
  body: string;
}

export interface PromptParts {
  values: Readonly<Record<string, string>>;
  /** Untrusted texts; an empty one renders as "(none)". */
  data: Readonly<Record<string, string>>;
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;
const PLACEHOLDER = /\{\{\s*(data\.)?([a-z_]+)\s*\}\}/g;

/** Reads a template file: front matter with `name` and `version`, then the body. Throws when either is missing. */
export function parseTemplate(text: string): PromptTemplate {
  const source = text.replaceAll('\r\n', '\n');
  const head = FRONT_MATTER.exec(source);
  const fields = new Map((head?.[1] ?? '').split('\n').map((line) => splitField(line)));
  const name = fields.get('name');
  const version = Number(fields.get('version'));
  if (head === null || name === undefined || !Number.isInteger(version) || version < 1) {
    throw new Error('a prompt template starts with front matter that has a name and a version of 1 or more');
  }
  return { name, version, body: source.slice(head[0].length).trim() };
}

function splitField(line: string): [string, string] {
  const at = line.indexOf(':');
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

/**
 * The first nonce that occurs in none of the texts. With 128 random bits the first one does; the loop is for whoever
 * guesses. Throws when all occur: then somebody reads our random numbers.
 */
export function chooseFence(nonces: readonly string[], texts: readonly string[]): string {
  const free = nonces.find((nonce) => texts.every((text) => !text.includes(nonce)));
  if (free === undefined) throw new Error('no fence could be found that the texts of the prompt do not contain');
  return free;
}

/** Fills a template. Throws on a placeholder nobody fills: a prompt with a hole must not reach an agent. */
export function renderPrompt(template: PromptTemplate, parts: PromptParts, fence: string): string {
  return template.body.replaceAll(PLACEHOLDER, (_all, isData: string | undefined, name: string) => {
    if (isData === undefined) return filled(parts.values[name], template, name);
    const text = filled(parts.data[name], template, `data.${name}`);
    if (text.trim() === '') return '(none)';
    return `<data name="${name}" fence="${fence}">\n${text}\n</data fence="${fence}">`;
  });
}

function filled(value: string | undefined, template: PromptTemplate, name: string): string {
  if (value === undefined) throw new Error(`the prompt template ${template.name} asks for {{${name}}}, which is unknown`);
  return value;
}

/** Template names to try for a run, the most particular first. */
export function templateNames(role: AgentRun['role'], workType: string | null): string[] {
  if (role === 'coder') {
    const special: Readonly<Record<string, string>> = { bug: 'coder.bugfix', feature: 'coder.feature', refactor: 'coder.refactor' };
    const name = special[workType ?? ''];
    return name === undefined ? ['coder.default'] : [name, 'coder.default'];
  }
  return role === 'planner' ? ['agent.planner'] : [role];
}

/** A list for a prompt, or a word for none. */
export function bulleted(items: readonly string[], none = '(none)'): string {
  return items.length === 0 ? none : items.map((item) => `- ${item}`).join('\n');
}
