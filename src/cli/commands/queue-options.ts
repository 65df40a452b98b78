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

/** Gathers an option that may be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
