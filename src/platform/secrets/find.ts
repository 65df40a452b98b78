import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';

/** A rule that found what looks like a secret: its name and the line (from 1), never the value. */
export interface SecretFinding {
  rule: string;
  line: number;
}

// Measured: 1 MB of dense text takes the rules about 35 ms, one line of 1 MB about 100 ms; a piece stays far below what others notice.
const PIECE = 128 * 1024;
// The longest thing a rule looks for is a private key of 4,096 bits, 3.3 KB in PEM.
const OVERLAP = 8 * 1024;

/** Forms the recommended rules do not know. */
const OWN_RULES: ReadonlyArray<[rule: string, pattern: RegExp]> = [
  ['reeve-token', /\breeve_tok_[0-9A-Z]{26}_[\w-]{16,}/g],
  ['vault-token', /\bhv[sbr]\.[\w-]{24,}/g],
  ['gitlab-token', /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,}/g],
  ['age-key', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g],
  ['bearer-token', /\bauthorization:[ \t]*(?:bearer|basic)[ \t]+[\w.~+/-]{24,}=*/gi],
];

/**
 * Looks for secrets nobody registered, by their form: the recommended rules of secretlint and our own. Other work goes on between
 * pieces of a long text. Directives in the text that would switch rules off are not heard. Throws AppError unavailable when the
 * rules cannot be loaded or fail: whoever asks must not publish then.
 */
export async function findSecrets(text: string): Promise<SecretFinding[]> {
  const deaf = text.replaceAll(/secretlint-(?=(?:dis|en)able)/gi, 'secretlint ');
  const found = new Map<string, SecretFinding>();
  const note = (finding: SecretFinding): void => void found.set(`${finding.rule}:${finding.line}`, finding);
  let line = 1;
  for (let at = 0; at < deaf.length || at === 0; at += PIECE) {
    if (at > 0) await turn();
    const piece = deaf.slice(at, at + PIECE + OVERLAP);
    for (const finding of await lint(piece)) note({ rule: finding.rule, line: finding.line + line - 1 });
    for (const [rule, pattern] of OWN_RULES)
      for (const match of piece.matchAll(pattern)) note({ rule, line: line + linesIn(piece.slice(0, match.index)) });
    line += linesIn(deaf.slice(at, at + PIECE));
  }
  return [...found.values()].sort((left, right) => left.line - right.line || (left.rule < right.rule ? -1 : 1));
}

/** The lines in which a registered secret stands, by what redaction changes; a secret over several lines counts for the first. */
export function findRegistered(text: string, redact: (text: string) => string): SecretFinding[] {
  if (redact(text) === text) return [];
  const lines = text.split('\n').flatMap((line, index) => (redact(line) === line ? [] : [index + 1]));
  return (lines.length === 0 ? [1] : lines).map((line) => ({ rule: 'registered-secret', line }));
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

type Lint = (text: string) => Promise<SecretFinding[]>;
let rules: Promise<Lint> | null = null;

/** Loaded at the first text: the rules take a tenth of a second, which a start of the server must not. */
async function lint(text: string): Promise<SecretFinding[]> {
  try {
    rules ??= loadRules();
    return await (
      await rules
    )(text);
  } catch (error) {
    throw new AppError('unavailable', 'The rules that look for secrets failed; nothing is published without them.', {
      code: 'secret_rules_failed',
      cause: error,
    });
  }
}

async function loadRules(): Promise<Lint> {
  const [{ lintSource }, { creator: rule }] = await Promise.all([import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend')]);
  const options = { noPhysicFilePath: true, maskSecrets: true, config: { rules: [{ id: 'recommended', rule }] } };
  return async (content) => {
    const result = await lintSource({ source: { filePath: 'text.md', content, contentType: 'text', ext: '.md' }, options });
    return result.messages.map(({ ruleId, loc }) => ({ rule: ruleId.replace('@secretlint/secretlint-rule-', ''), line: loc.start.line }));
  };
}
