import { z } from 'zod';
import type { FileContent, Problem } from './file.ts';
import { suggestion } from '#kernel/nearest-name.ts';
import { SECTIONS, type SectionName } from './settings.ts';

export type SectionSchemas = Partial<Record<SectionName, z.ZodType>>;
/** What each schema gives; a section without a schema is the YAML as parsed, or undefined. */
export type SectionValues<S extends SectionSchemas> = { [K in SectionName]: S[K] extends z.ZodType ? z.output<S[K]> : unknown };

/** Validates the structured sections. A missing one is parsed as `undefined`: give its schema a default. */
export function parseSections<S extends SectionSchemas>(schemas: S, content: FileContent | null, problems: Problem[]): SectionValues<S> {
  const values: Partial<Record<SectionName, unknown>> = {};
  for (const name of SECTIONS) {
    const given = content?.sections.get(name);
    const schema: z.ZodType | undefined = schemas[name];
    const parsed = schema?.safeParse(given ?? undefined);
    values[name] = parsed ? parsed.data : given;
    for (const issue of parsed?.error?.issues ?? []) problems.push(...explain({ name, schema, content }, issue));
  }
  return values as SectionValues<S>;
}

interface Place {
  name: SectionName;
  schema: z.ZodType | undefined;
  content: FileContent | null;
}

function explain(place: Place, issue: z.core.$ZodIssue): Problem[] {
  const at = [place.name, ...issue.path];
  const file = place.content?.file ?? null;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(place.schema, issue.path);
    return issue.keys.map((key) => ({
      file,
      line: place.content?.lineOf([...at, key]) ?? null,
      message: `unknown key "${key}" in ${at.map(String).join('.')}`,
      hint: suggestion(key, known, known.length > 0 ? `Known keys: ${known.join(', ')}.` : 'Remove it.'),
    }));
  }
  return [
    {
      file,
      line: place.content?.lineOf(at) ?? null,
      message: `${at.map(String).join('.')}: ${issue.message}`,
      hint: `Correct ${at.map(String).join('.')}.`,
    },
  ];
}

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
};

/** Names a strict object accepts at a path of the schema; empty when they cannot be told. */
function keysAt(schema: z.ZodType | undefined, at: readonly PropertyKey[]): string[] {
  if (schema === undefined) return [];
  let here: JsonSchema[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema];
  for (const step of at) here = here.flatMap(variants).flatMap((node) => below(node, step));
  return [...new Set(here.flatMap(variants).flatMap((node) => Object.keys(node.properties ?? {})))];
}

function variants(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.anyOf ?? []), ...(node.allOf ?? [])];
}

function below(node: JsonSchema, step: PropertyKey): JsonSchema[] {
  if (typeof step === 'number') return node.items ? [node.items] : [];
  const named = node.properties?.[String(step)];
  if (named) return [named];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}
