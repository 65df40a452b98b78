import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { ENGINE_EFFECTS, type EngineAnswer } from '#ports/policy-engine.ts';

/** What the rule has to answer: `{"effect": "auto" | "ask" | "require_approval" | "deny", "reason": "…"}`. */
const Decision = z.strictObject({ effect: z.enum(ENGINE_EFFECTS), reason: z.string().max(10_000).default('') });

/** More is no decision. */
export const MOST_BYTES = 64 * 1024;

const garbage = (what: string): AppError => new AppError('unavailable', `OPA's answer ${what}.`, { code: 'engine_garbage' });

/** JSON text to value. Refuses duplicate keys, of which JSON.parse silently takes the last: which one counts would be a guess. */
export function parseStrictJson(text: string): unknown {
  if (text.length > MOST_BYTES) throw garbage('is too long');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw garbage('is not JSON');
  }
  // JSON is YAML; only the reader of YAML tells duplicate keys.
  if (parseDocument(text, { uniqueKeys: true, strict: true, schema: 'json' }).errors.length > 0) throw garbage('names a key twice');
  return value;
}

/** A rule's value to an answer. AppError unavailable `engine_garbage` for every other shape. */
export function parseDecision(value: unknown): EngineAnswer {
  const parsed = Decision.safeParse(value);
  if (!parsed.success) throw garbage('is no decision');
  const { effect, reason } = parsed.data;
  return { effect, reason: reason === '' ? `the rule says ${effect}.` : reason };
}
