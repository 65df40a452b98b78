import type { JsonObject, JsonValue } from '#kernel/json.ts';

/** A value of a Cedar context as JSON (https://docs.cedarpolicy.com/auth/entities-syntax.html). */
export type CedarValue = boolean | number | string | CedarValue[] | { [key: string]: CedarValue };

/**
 * Facts as a Cedar context. `null` is left out, because Cedar has none (`context.target has number` asks for it); a number with a
 * fraction becomes a `decimal` of four digits. Throws on what Cedar cannot hold, and on member names it would read as an escape
 * (`__entity`, `__extn`): facts hold a stranger's text.
 */
export function toCedarRecord(facts: JsonObject): { [key: string]: CedarValue } {
  const record: { [key: string]: CedarValue } = {};
  for (const [key, value] of Object.entries(facts)) {
    if (key.startsWith('__')) throw new TypeError(`a fact named ${JSON.stringify(key)} has no Cedar form`);
    if (value !== null && value !== undefined) record[key] = toCedar(value);
  }
  return record;
}

function toCedar(value: JsonValue): CedarValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return toNumber(value);
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(toCedar);
  if (value !== null && typeof value === 'object') return toCedarRecord(value);
  throw new TypeError('a fact has no Cedar form');
}

/** Cedar's `decimal` reaches from -922337203685477.5808 to 922337203685477.5807. */
const MOST_DECIMAL = 900_000_000_000_000;

function toNumber(value: number): CedarValue {
  if (Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value) || Math.abs(value) > MOST_DECIMAL) throw new TypeError('a number of the facts has no Cedar form');
  return { __extn: { fn: 'decimal', arg: value.toFixed(4) } };
}
