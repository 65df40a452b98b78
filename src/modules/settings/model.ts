import type { JsonValue } from '#kernel/json.ts';
import { err, ok, type Result } from '#kernel/result.ts';

/** What a value may be, for whoever draws a field for it. */
export type SettingInput = { kind: 'integer'; min: number; max: number } | { kind: 'flag' } | { kind: 'choice'; choices: readonly string[] };

/** One setting that may be changed while Reeve runs. */
export interface RuntimeSetting<T extends JsonValue> {
  /** Shown to people: `integer, 1 to 10`. */
  type: string;
  input: SettingInput;
  default: T;
  description: string;
  /** Values as JSON, or as the text a command line gives. An error ends a sentence: "must be …". */
  parse(raw: unknown): Result<T, string>;
}

function integer(byDefault: number, range: { min: number; max: number }, description: string): RuntimeSetting<number> {
  const type = `integer, ${range.min} to ${range.max}`;
  return {
    type,
    input: { kind: 'integer', ...range },
    default: byDefault,
    description,
    parse(raw) {
      const value = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : raw;
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= range.min && value <= range.max;
      return fits ? ok(value) : err(`must be a whole number from ${range.min} to ${range.max}`);
    },
  };
}

function flag(byDefault: boolean, description: string): RuntimeSetting<boolean> {
  return {
    type: 'true or false',
    input: { kind: 'flag' },
    default: byDefault,
    description,
    parse(raw) {
      if (raw === true || raw === 'true') return ok(true);
      return raw === false || raw === 'false' ? ok(false) : err('must be true or false');
    },
  };
}

function choice<const C extends readonly string[]>(choices: C, byDefault: NoInfer<C[number]>, description: string): RuntimeSetting<C[number]> {
  return {
    type: choices.join(', '),
    input: { kind: 'choice', choices },
    default: byDefault,
    description,
    parse: (raw) => (typeof raw === 'string' && choices.includes(raw) ? ok(raw) : err(`must be one of ${choices.join(', ')}`)),
  };
}

/** Keys are persisted: never rename one. What is read once at start is in `platform/config`. */
export const RUNTIME_SETTINGS = {
  'agents.max_concurrent_runs': integer(4, { min: 1, max: 256 }, 'Agent runs at once, over all agents and servers; read when a server starts.'),
  'runs.max_attempts': integer(3, { min: 1, max: 10 }, 'Tries of one task before people are asked.'),
  'queue.max_retries': integer(
    5,
    { min: 0, max: 20 },
    'Retries of one change request in the merge queue before it is quarantined; read when a server starts.',
  ),
  'intake.raw_retention_days': integer(30, { min: 1, max: 3650 }, 'How long raw payloads of webhooks are kept; normalised events stay.'),
  'compliance.mode': choice(
    ['standard', 'strict'],
    'standard',
    '`strict`: people approve every outward action, whatever the policy would run by itself.',
  ),
  'approvals.confirm_always': flag(false, 'A yes to high risk needs the typed name of the repository from programs too; from people it does always.'),
  shadow: flag(false, 'Decide and record, execute nothing outward.'),
} satisfies Record<string, RuntimeSetting<never> | RuntimeSetting<number> | RuntimeSetting<boolean> | RuntimeSetting<'standard' | 'strict'>>;

export type RuntimeKey = keyof typeof RUNTIME_SETTINGS;
export type RuntimeValues = { [K in RuntimeKey]: (typeof RUNTIME_SETTINGS)[K] extends RuntimeSetting<infer T> ? T : never };

export const RUNTIME_KEYS = Object.keys(RUNTIME_SETTINGS) as RuntimeKey[];

/** One row of `reeve config view`. */
export interface SettingView {
  key: RuntimeKey;
  value: JsonValue;
  default: JsonValue;
  source: 'default' | 'set';
  type: string;
  input: SettingInput;
  description: string;
  updatedAt: Date | null;
  updatedBy: string | null;
}

export interface SettingsView {
  /** Grows by one with each change; give it back to change only what you saw. */
  revision: number;
  settings: SettingView[];
}

/** A stored row; `value` null means set back to the default. */
export interface StoredSetting {
  key: string;
  value: JsonValue;
  revision: number;
  updatedAt: Date;
  updatedBy: string;
}
