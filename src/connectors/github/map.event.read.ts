import { z } from 'zod';
import type { WebhookFact } from '#ports/webhook.ts';

/** What every fact of one delivery shares. */
export type Common = { repo: { forge: 'github'; name: string }; actor: string; actor_id: string | null };
export type Mapping = (payload: unknown, action: string, common: Common) => WebhookFact;

export const ignored = (note: string): WebhookFact => ({ kind: 'ignored', note });

/** What is needed of a payload; throws a sentence that names the field which is missing or wrong. */
export function read<S extends z.ZodType>(schema: S, payload: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new Error(`${what}: ${z.prettifyError(parsed.error).slice(0, 400)}`);
  return parsed.data;
}
