import { z } from 'zod';

/** `?limit=&cursor=`; the cursor is opaque to callers. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** Builds a page from `limit + 1` rows: the extra row proves that there is more. */
export function toPage<Row, T>(rows: Row[], limit: number, present: (row: Row) => T, cursorOf: (row: Row) => string): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(present), next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
