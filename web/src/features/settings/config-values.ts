import type { Setting } from './queries.ts';

export type SettingValue = string | number | boolean;

/** `runs.max_attempts` -> `Runs: max attempts`. */
export function nameOfSetting(key: string): string {
  const [area = '', ...rest] = key.split('.');
  const capital = `${area.charAt(0).toUpperCase()}${area.slice(1)}`.replaceAll('_', ' ');
  return rest.length === 0 ? capital : `${capital}: ${rest.join('.').replaceAll('_', ' ')}`;
}

export const textOfValue = (value: SettingValue): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));

/**
 * What stays typed after a save: changes that were not in it, and what was typed anew since. `sent`: everything as it was typed when it was sent;
 * `changes`: what of it was another value than the one in force.
 */
export function stillTyped(
  typed: Readonly<Record<string, SettingValue>>,
  before: { sent: Readonly<Record<string, SettingValue>>; changes: object; saved: object },
): Record<string, SettingValue> {
  const { sent, changes, saved } = before;
  return Object.fromEntries(Object.entries(typed).filter(([key, value]) => value !== sent[key] || (key in changes && !(key in saved))));
}

/**
 * What to send: settings whose typed value is another than the one in force. A number stays the text it was typed as where it is none, so that
 * the server says what is wrong with it.
 */
export function changedSettings(settings: readonly Setting[], typed: Readonly<Record<string, SettingValue>>): Record<string, SettingValue> {
  const changed: Record<string, SettingValue> = {};
  for (const { key, value, input } of settings) {
    const given = typed[key];
    if (given === undefined) continue;
    const meant = input.kind === 'integer' && typeof given === 'string' && /^\s*-?\d+\s*$/.test(given) ? Number(given) : given;
    if (meant !== value) changed[key] = meant;
  }
  return changed;
}
