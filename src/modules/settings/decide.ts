import type { JsonValue } from '#kernel/json.ts';
import {
  RUNTIME_KEYS,
  RUNTIME_SETTINGS,
  type RuntimeKey,
  type RuntimeSetting,
  type RuntimeValues,
  type SettingsView,
  type StoredSetting,
} from './model.ts';

export type Defaults = Partial<RuntimeValues>;

/**
 * The value in force: what was set, unless it no longer fits (a later version may narrow a range), else what the
 * installation's start-up configuration gives, else the built-in default.
 */
export function decideValue(key: RuntimeKey, stored: StoredSetting | undefined, defaults: Defaults): JsonValue {
  const setting: RuntimeSetting<JsonValue> = RUNTIME_SETTINGS[key];
  const parsed = stored === undefined || stored.value === null ? null : setting.parse(stored.value);
  return parsed?.ok === true ? parsed.value : defaultOf(key, defaults);
}

export function defaultOf(key: RuntimeKey, defaults: Defaults): JsonValue {
  return defaults[key] ?? RUNTIME_SETTINGS[key].default;
}

export function decideView(rows: readonly StoredSetting[], defaults: Defaults): SettingsView {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const settings = RUNTIME_KEYS.map((key) => {
    const row = byKey.get(key);
    const { type, input, description } = RUNTIME_SETTINGS[key];
    return {
      key,
      value: decideValue(key, row, defaults),
      default: defaultOf(key, defaults),
      source: row === undefined || row.value === null ? ('default' as const) : ('set' as const),
      type,
      input,
      description,
      updatedAt: row?.updatedAt ?? null,
      updatedBy: row?.updatedBy ?? null,
    };
  });
  return { revision: rows.reduce((highest, row) => Math.max(highest, row.revision), 0), settings };
}
