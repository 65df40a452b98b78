import { InvalidArgumentError } from 'commander';

/** Parses a whole number within bounds; anything else is wrong use (exit 2). */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`${text} is not a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** Parses one of these words; anything else is wrong use (exit 2). */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`);
    return text;
  };
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** All times of Reeve are UTC: one without a zone is too, whatever this machine's clock shows; a day alone is its midnight. */
export function parseInstant(text: string): Date {
  const zone = INSTANT.exec(text);
  const instant = new Date(zone?.[1] === undefined ? `${text.replace(' ', 'T').replace(/^(.{10})$/, '$1T00:00')}Z` : text.replace(' ', 'T'));
  if (zone === null || Number.isNaN(instant.getTime())) throw new InvalidArgumentError('a time such as 2026-11-21T02:57:00Z');
  return instant;
}

/** The same, as the API takes it: with time and zone. */
export const instant = (text: string): string => parseInstant(text).toISOString();

/** Gathers an option that may be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
