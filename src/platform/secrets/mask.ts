import { findSecrets } from './find.ts';

/** A PEM key of 4,096 bits has some fifty lines. */
const MOST_KEY_LINES = 120;
/** What is left after a line went may show another secret; a text that shows new ones again and again is not worth showing. */
const MOST_ROUNDS = 4;
const NOTHING = '[left out: it looks like secrets throughout]';

/**
 * A text that others wrote, without what looks like a secret nobody registered: its whole line goes, and of a private key all of them; the
 * rule stays in its place. Throws AppError unavailable when it cannot be searched: whoever asks must not pass it on then.
 */
export async function withoutSecrets(text: string): Promise<string> {
  let rest = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = await findSecrets(rest);
    if (found.length === 0) return rest;
    const lines = rest.split('\n');
    for (const { rule, line } of found) {
      const to = endOf(lines, line - 1);
      for (let at = line - 1; at <= to; at += 1) lines[at] = at === line - 1 ? `[left out: it looks like a secret (${rule})]` : '';
    }
    rest = lines.join('\n');
  }
  return (await findSecrets(rest)).length === 0 ? rest : NOTHING;
}

/** Where what begins in this line ends: only keys have several. */
function endOf(lines: readonly string[], from: number): number {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY/.test(lines[from] ?? '')) return from;
  const end = lines.slice(from, from + MOST_KEY_LINES).findIndex((line) => /-----END [A-Z ]*PRIVATE KEY/.test(line));
  return end < 0 ? Math.min(lines.length, from + MOST_KEY_LINES) - 1 : from + end;
}
