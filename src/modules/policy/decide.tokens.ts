import { err, ok, type Result } from '#kernel/result.ts';
import { EXPRESSION_LIMITS } from './model.expression.ts';

export interface Token {
  kind: 'text' | 'number' | 'word' | 'path' | 'symbol' | 'end';
  text: string;
  /** Offset of its first character. */
  at: number;
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'startswith', 'glob', 'true', 'false', 'null']);
const SYMBOLS = ['==', '!=', '<=', '>=', '<', '>', '(', ')', '[', ']', ','];

// Sticky and without nested repetition: linear in the text.
const NUMBER = /-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63})*/y;
const TEXT = /'[^'\p{Cc}]*'|"[^"\p{Cc}]*"/uy;
const SPACE = /[ \t\r\n]+/y;

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function tokenAt(text: string, at: number): Token | null {
  const quoted = match(TEXT, text, at);
  if (quoted !== null) return { kind: 'text', text: quoted.slice(1, -1), at };
  const number = match(NUMBER, text, at);
  if (number !== null) return { kind: 'number', text: number, at };
  const name = match(NAME, text, at);
  if (name !== null) return { kind: WORDS.has(name) ? 'word' : 'path', text: name, at };
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
  return symbol === undefined ? null : { kind: 'symbol', text: symbol, at };
}

const lengthOf = (token: Token): number => token.text.length + (token.kind === 'text' ? 2 : 0);

/** Cuts a condition into tokens, the last one of kind `end`. */
export function decideTokens(text: string): Result<Token[], string> {
  if (text.length > EXPRESSION_LIMITS.characters) return err(`longer than ${EXPRESSION_LIMITS.characters} characters`);
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(SPACE, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    if (token === null) return err(`"${text.slice(at, at + 1)}" is not understood at character ${at + 1}`);
    const problem = problemOf(token, text, tokens.length);
    if (problem !== null) return err(`${problem} at character ${at + 1}`);
    tokens.push(token);
    at += lengthOf(token);
  }
  tokens.push({ kind: 'end', text: '', at });
  return ok(tokens);
}

function problemOf(token: Token, text: string, count: number): string | null {
  if (count >= EXPRESSION_LIMITS.tokens) return `more than ${EXPRESSION_LIMITS.tokens} words and signs`;
  const after = text.charAt(token.at + lengthOf(token));
  const glued = (token.kind === 'number' || token.kind === 'path' || token.kind === 'word') && /[\p{L}\p{N}_.]/u.test(after);
  if (glued) return `"${token.text}${after}" is not understood`;
  if (token.kind === 'path' && token.text.split('.').length > EXPRESSION_LIMITS.pathSegments)
    return `a path of more than ${EXPRESSION_LIMITS.pathSegments} names`;
  return null;
}
