/** What of `typed` differs from what is stored; lists and records by their contents. */
export function changesOf<T extends object>(stored: T, typed: Partial<T>): Partial<T> {
  const entries = Object.entries(typed).filter(([name, value]) => !isSame(value, stored[name as keyof T]));
  return Object.fromEntries(entries) as Partial<T>;
}

/** Whether a form that makes something holds anything but what it began with. */
export const isTyped = <T extends object>(beginning: T, value: T): boolean => Object.keys(changesOf(beginning, value)).length > 0;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** `typescript, billing` -> two words; blanks and repetitions go. */
export function toWords(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()))].filter((word) => word !== '');
}

/** `@ann, bo` -> two handles, as they are written: in lower case, without the sign people put before them. */
export const toHandles = (text: string): string[] => [...new Set(toWords(text).map((word) => word.replace(/^@/, '').toLowerCase()))];

/** Lines that hold something, as they are but for blanks at their ends. */
export function toLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What a number field holds, with a point or a comma before its fraction; null: nothing that is one number and no other. */
export function toNumber(text: string): number | null {
  const typed = text.trim();
  const number = Number(typed.replace(',', '.'));
  return typed === '' || isAmbiguous(typed) || !Number.isFinite(number) ? null : number;
}

/** Why a number field cannot be taken as it is; null: it can. */
export function numberProblem(text: string): string | null {
  if (toNumber(text) !== null) return null;
  if (isAmbiguous(text.trim())) return 'This can be read as two numbers. Write it without separators of thousands: 1000 or 1000.50.';
  return 'This is no number. Write it like 1000 or 1000.50.';
}

/** `1,000` is a thousand to some and one to others; of several separators at least one separates thousands. */
const isAmbiguous = (typed: string): boolean => /,\d{3}$/.test(typed) || /[.,].*[.,]/.test(typed);
