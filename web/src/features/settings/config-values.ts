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
