// oxlint-disable unicorn/no-thenable -- if/then/else are the words of the data file; its lists are never awaited
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Text, or its lines (easier to read in a data file). */
const Text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join('\n'))]);
const Path = z.string().min(1);
const Edit = z.strictObject({ search: Text, replace: Text, all: z.boolean().default(false) });

/** A condition on what the agent can see for itself. All given parts must hold. */
const Condition = z.strictObject({
  promptHas: z.string().optional(),
  fileExists: Path.optional(),
  fileHas: z.strictObject({ path: Path, text: Text }).optional(),
});
export type Condition = z.infer<typeof Condition>;

const simpleSteps = [
  z.strictObject({ say: Text }),
  z.strictObject({ think: Text }),
  z.strictObject({ plan: z.array(z.strictObject({ text: z.string(), status: z.enum(['pending', 'in_progress', 'completed']).default('pending') })) }),
  z.strictObject({ write: Path, content: Text }),
  z.strictObject({ append: Path, content: Text }),
  z.strictObject({ edit: Path, edits: z.array(Edit).min(1), optional: z.boolean().default(false) }),
  z.strictObject({ delete: Path }),
  z.strictObject({ move: Path, to: Path }),
  z.strictObject({ commit: z.string() }),
  z.strictObject({ deleteEverything: z.literal(true) }),
  z.strictObject({ sleepMs: z.number().nonnegative() }),
  z.strictObject({ usage: z.strictObject({ input: z.number().int(), output: z.number().int() }) }),
  z.strictObject({
    crash: z.strictObject({ exitCode: z.number().int().default(1), message: z.string().default('the demo agent crashed, as told') }),
  }),
  z.strictObject({ hang: z.strictObject({ stubborn: z.boolean().default(false) }) }),
  z.strictObject({ flood: z.strictObject({ bytes: z.number().int().positive(), to: z.enum(['stdout', 'stderr', 'messages']) }) }),
  z.strictObject({ noise: Text }),
  z.strictObject({
    leaveChildren: z.strictObject({
      count: z.number().int().min(1).max(20).default(1),
      seconds: z.number().default(600),
      nameless: z.boolean().default(false),
    }),
  }),
  z.strictObject({
    callModel: z.strictObject({ provider: z.enum(['openai', 'anthropic']), model: z.string(), prompt: Text, stream: z.boolean().default(false) }),
  }),
  z.strictObject({
    callTool: z.string().min(1),
    arguments: z.record(z.string(), z.unknown()).default({}),
    /** The answer becomes `{{name}}` in the steps after it; it is said in any case. */
    as: z.string().regex(/^\w+$/).optional(),
  }),
  z.strictObject({ answer: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]) }),
  z.strictObject({ stop: z.enum(['end_turn', 'refusal', 'max_tokens', 'max_turn_requests']) }),
] as const;

type SimpleStep = z.infer<(typeof simpleSteps)[number]>;
export interface RunStep {
  run: string;
  timeoutMs: number;
  tell: boolean;
  onFailure: Step[];
}
export interface AskStep {
  ask: { title: string; kind: 'edit' | 'delete' | 'move' | 'execute' | 'fetch' | 'other'; paths: string[]; command: string | null };
  allowed: Step[];
  denied: Step[];
}
export interface IfStep {
  if: Condition;
  then: Step[];
  else: Step[];
}
export type Step = SimpleStep | RunStep | AskStep | IfStep;

const steps = (): z.ZodType<Step[]> => z.lazy(() => z.array(Step)) as unknown as z.ZodType<Step[]>;
const Step: z.ZodType<Step> = z.union([
  ...simpleSteps,
  z.strictObject({
    run: z.string().min(1),
    timeoutMs: z.number().positive().default(120_000),
    tell: z.boolean().default(false),
    onFailure: steps().default([]),
  }),
  z.strictObject({
    ask: z.strictObject({
      title: z.string(),
      kind: z.enum(['edit', 'delete', 'move', 'execute', 'fetch', 'other']).default('other'),
      paths: z.array(z.string()).default([]),
      command: z.string().nullable().default(null),
    }),
    allowed: steps().default([]),
    denied: steps().default([]),
  }),
  z.strictObject({ if: Condition, then: steps(), else: steps().default([]) }),
]) as unknown as z.ZodType<Step>;

const Match = z.strictObject({
  /** Every one of these stands in the prompt. Letters' case and the width of white space do not matter. */
  all: z.array(z.string()).default([]),
  any: z.array(z.string()).default([]),
  none: z.array(z.string()).default([]),
  /** Number after the word "attempt" in the prompt; 1 where there is none. */
  attempt: z.strictObject({ min: z.number().int().default(1), max: z.number().int().default(1_000_000) }).optional(),
});
export type Match = z.infer<typeof Match>;

const Skill = z.strictObject({
  name: z.string().min(1),
  match: Match,
  /** Regular expressions with one group each, matched on the prompt; `{{name}}` in texts becomes what the group caught. */
  capture: z.record(z.string(), z.string()).default({}),
  /** What it asks leave for, as careful agents do. */
  asks: z.enum(['nothing', 'edits', 'commands', 'everything']).default('nothing'),
  /** Pause before each step, so that people can follow. */
  paceMs: z.number().nonnegative().default(0),
  steps: z.array(Step),
});
export type Skill = z.infer<typeof Skill>;

/** The data file of `--skills`: JSON, or a module that exports `skills` of this shape. */
export const SkillsFile = z.strictObject({
  name: z.string().default('Reeve demo agent'),
  version: z.string().default('1.0.0'),
  skills: z.array(Skill),
  /** What it does when no skill fits. */
  otherwise: z.array(Step).default([{ say: 'I have no skill for this task, so I changed nothing.' }]),
});
export type SkillsFile = z.infer<typeof SkillsFile>;

export async function loadSkills(file: string | null): Promise<SkillsFile> {
  if (file === null) return SkillsFile.parse({ skills: [] });
  if (file.endsWith('.json')) return SkillsFile.parse(JSON.parse(await readFile(file, 'utf8')));
  const module = (await import(pathToFileURL(file).href)) as { skills?: unknown };
  return SkillsFile.parse(module.skills);
}

/** The first skill whose match holds. */
export function findSkill(skills: readonly Skill[], prompt: string): Skill | null {
  return skills.find(({ match }) => matches(match, prompt)) ?? null;
}

export function matches(match: Match, prompt: string): boolean {
  const text = normalise(prompt);
  const has = (part: string): boolean => text.includes(normalise(part));
  if (!match.all.every(has) || match.none.some(has)) return false;
  if (match.any.length > 0 && !match.any.some(has)) return false;
  if (match.attempt === undefined) return true;
  const attempt = attemptOf(prompt);
  return attempt >= match.attempt.min && attempt <= match.attempt.max;
}

export function attemptOf(prompt: string): number {
  const found = /\battempt\b[^\d\n]{0,12}(\d+)/i.exec(prompt);
  return found === null ? 1 : Number(found[1]);
}

const normalise = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();

/** What the skill's expressions catch in the prompt; an expression that finds nothing gives an empty text. */
export function captureFrom(skill: Skill, prompt: string): Record<string, string> {
  return Object.fromEntries(Object.entries(skill.capture).map(([name, pattern]) => [name, new RegExp(pattern, 'im').exec(prompt)?.[1] ?? '']));
}

export function fillIn(text: string, captured: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => captured[name] ?? whole);
}
