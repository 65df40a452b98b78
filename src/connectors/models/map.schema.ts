import type { JsonObject, JsonValue } from '#kernel/json.ts';

// What constrained decoders accept everywhere. Lengths, patterns and counts are refused by some, so they stay out of the enforced
// schema; the full schema stands in the prompt and the caller checks against it.
const KEPT = new Set(['type', 'properties', 'required', 'items', 'enum', 'const', 'anyOf', 'description', '$ref', '$defs', 'definitions']);

/** The schema as a provider can enforce it: structure only, every object closed, every property required. */
export function toEnforceable(schema: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) if (KEPT.has(key)) out[key] = convert(key, value);
  if (schema['oneOf'] !== undefined && out['anyOf'] === undefined) out['anyOf'] = convert('anyOf', schema['oneOf']);
  if (isObject(out['properties'])) {
    out['required'] = Object.keys(out['properties']);
    out['additionalProperties'] = false;
  }
  return out;
}

function convert(key: string, value: JsonValue): JsonValue {
  if (key === 'properties' || key === '$defs' || key === 'definitions') {
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isObject(inner) ? toEnforceable(inner) : inner]))
      : value;
  }
  if (key === 'items') return isObject(value) ? toEnforceable(value) : value;
  if (key === 'anyOf') return Array.isArray(value) ? value.map((inner) => (isObject(inner) ? toEnforceable(inner) : inner)) : value;
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Said in every prompt: some servers enforce nothing, and none enforces everything. */
export function schemaInstruction(schema: JsonObject): string {
  return `Answer with exactly one JSON value that matches this JSON schema, without any text before or after it:\n${JSON.stringify(schema)}`;
}
