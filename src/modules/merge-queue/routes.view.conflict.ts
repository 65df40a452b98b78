import { z } from 'zod';
import type { ResolvePreview } from './commands.resolve.ts';
import type { ConflictView as Conflict } from './queries.detail.ts';
import type { ConflictFile } from './steps.sides.ts';

const Side = z.object({
  /** File mode as git has it; null: no file there. */
  mode: z.string().nullable(),
  bytes: z.number().int().nullable(),
  /** `absent`: no file. `text`: its content is given beside it. `binary`, `too_large` (over 1 MiB), `link`: it is not. */
  shown: z.enum(['absent', 'text', 'binary', 'too_large', 'link']),
});

/** Lines `[start, end)` of each side, counted from 0; the last line may have no line end. */
const Lines = z.object({ start: z.number().int(), end: z.number().int() });

export const ConflictView = z.object({
  id: z.string(),
  /** It waits for a choice. */
  open: z.boolean(),
  target: z.string(),
  base: z.string(),
  head: z.string(),
  moved: z.boolean(),
  superseded_by: z.string().nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      message: z.string(),
      base: z.string().nullable(),
      ours: z.string().nullable(),
      theirs: z.string().nullable(),
      sides: z.object({ base: Side, ours: Side, theirs: Side }),
      /** The three sides set against each other; null: one is not shown, or they are too long. */
      stretches: z
        .array(z.object({ kind: z.enum(['same', 'ours', 'theirs', 'both', 'conflict']), base: Lines, ours: Lines, theirs: Lines }))
        .nullable(),
    }),
  ),
});

export function presentConflict({ supersededBy, files, ...conflict }: Conflict): z.infer<typeof ConflictView> {
  return { ...conflict, superseded_by: supersededBy, files: files.map(presentFile) };
}

function presentFile({ stretches, ...file }: ConflictFile): z.infer<typeof ConflictView>['files'][number] {
  return { ...file, stretches: stretches?.map(({ kind, base, ours, theirs }) => ({ kind, base, ours, theirs })) ?? null };
}

export const DiffView = z.object({
  from: z.string(),
  to: z.string(),
  /** All of them, also those that `text` does not reach; null counts for a binary file. */
  files: z.array(
    z.object({ path: z.string(), from: z.string().nullable(), added: z.number().int().nullable(), deleted: z.number().int().nullable() }),
  ),
  text: z.string(),
  truncated: z.boolean(),
});

export const PreviewView = z.object({
  /** Nothing would be left to land: the change request would be dropped. */
  nothing_left: z.boolean(),
  attempt: z.number().int(),
  diff: DiffView,
});

export function presentPreview({ nothingLeft, attempt, diff }: ResolvePreview): z.infer<typeof PreviewView> {
  return { nothing_left: nothingLeft, attempt, diff };
}
