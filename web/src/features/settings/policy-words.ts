import type { Tone } from '../../ui/tone.ts';

export type DecidedMode = 'auto' | 'ask' | 'require_approval' | 'deny';

/** From loose to strict. */
const ORDER: readonly DecidedMode[] = ['auto', 'ask', 'require_approval', 'deny'];

export const MODES: Readonly<Record<DecidedMode, { words: string; tone: Tone }>> = {
  auto: { words: 'runs by itself', tone: 'good' },
  ask: { words: 'one yes', tone: 'info' },
  require_approval: { words: 'named people approve', tone: 'warn' },
  deny: { words: 'is denied', tone: 'bad' },
};

/** Whether what was proposed still waits for people; `status` undefined: it was not read yet. */
export const stillWaits = (status: string | undefined): boolean => status === undefined || status === 'pending';

/**
 * The version that `index` took the place of, of those read so far, newest first. Null: there was none. `unread`: it is further down than was read,
 * and what is the first of all cannot be told from what is not.
 */
export function replacedBy<T>(versions: readonly T[], index: number, hasMore: boolean): T | null | 'unread' {
  return versions[index + 1] ?? (hasMore ? 'unread' : null);
}

export type Direction = 'looser' | 'stricter' | 'same';

export function directionOf(from: DecidedMode, to: DecidedMode): Direction {
  const distance = ORDER.indexOf(to) - ORDER.indexOf(from);
  return distance === 0 ? 'same' : distance < 0 ? 'looser' : 'stricter';
}

/** How many of the counted decisions would be looser, stricter, and the same. */
export function summarise(counts: ReadonlyArray<{ from: DecidedMode; to: DecidedMode; count: number }>): Record<Direction, number> {
  const sums = { looser: 0, stricter: 0, same: 0 };
  for (const { from, to, count } of counts) sums[directionOf(from, to)] += count;
  return sums;
}

/** Nested facts from fields with dots: `work.risk` = `low` -> `{work: {risk: 'low'}}`. Empty fields are left out. */
export function toFacts(fields: ReadonlyArray<{ name: string; value: string }>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const { name, value } of fields) {
    const path = name.split('.').filter((part) => part !== '');
    if (path.length === 0 || value.trim() === '') continue;
    let at = facts;
    for (const part of path.slice(0, -1)) {
      const inner = at[part];
      const next = isRecord(inner) ? inner : {};
      at[part] = next;
      at = next;
    }
    at[path.at(-1) ?? ''] = toValue(value.trim());
  }
  return facts;
}

/** `true`, `12`, `null` and JSON lists are what they look like; everything else is a text. */
function toValue(text: string): unknown {
  if (!/^(true|false|null|-?\d+(\.\d+)?|\[.*\]|".*")$/s.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The other way round: fields of facts that were looked at, `args` aside. */
export function toFields(facts: Readonly<Record<string, unknown>>, prefix = ''): Array<{ name: string; value: string }> {
  return Object.entries(facts).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (isRecord(value)) return toFields(value, `${name}.`);
    return [{ name, value: typeof value === 'string' && !looksLikeJson(value) ? value : JSON.stringify(value) }];
  });
}

const looksLikeJson = (text: string): boolean => typeof toValue(text.trim()) !== 'string';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
