const NAMES: ReadonlyArray<readonly [key: string, name: string, words: (value: number) => string]> = [
  ['wall_minutes', 'Longest run', (value) => `${value} min`],
  ['idle_minutes', 'Longest silence', (value) => `${value} min`],
  ['turns', 'Most steps', (value) => String(value)],
  ['tokens', 'Most tokens', (value) => value.toLocaleString('en')],
  ['cost_usd', 'Most money', (value) => `${value.toFixed(2)} USD`],
  ['question_minutes', 'Waits for an answer', (value) => (value === 0 ? 'never asks' : `${value} min`)],
];

/** The limits of one run as people say them; those nobody has a word for are left out. */
export function limitWords(limits: Readonly<Record<string, number>>): Array<readonly [string, string]> {
  return NAMES.flatMap(([key, name, words]) => (limits[key] === undefined ? [] : [[name, words(limits[key])] as const]));
}
