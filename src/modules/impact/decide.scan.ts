/** Small steps over JavaScript text: each takes where something begins and answers where to go on. All linear, none throws. */

/** Behind a `//` comment; null: there is none here. */
export function skipComment(text: string, at: number): number | null {
  if (text[at] !== '/' || text[at + 1] !== '/') return null;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** Behind a block comment; one that never ends takes the rest. Null: there is none here. */
export function skipBlock(text: string, at: number): number | null {
  if (text[at] !== '/' || text[at + 1] !== '*') return null;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? text.length : end + 2;
}

/** Behind white space and comments. */
export function skipGap(text: string, start: number): number {
  for (let at = start; ;) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
    const next = skipComment(text, at) ?? skipBlock(text, at);
    if (next === null) return at;
    at = next;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x2028 || code === 0x2029;
}

/**
 * Behind the string that the quote begins. One that is open at the end of its line was none (an apostrophe in JSX text): the rest of
 * that line is left out, so that no text makes us read a line again and again.
 */
export function skipString(text: string, quote: number): number {
  const close = text.charCodeAt(quote);
  for (let at = quote + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === close) return at + 1;
    if (code === 92) at += 1;
    else if (code === 10) return at + 1;
  }
  return text.length;
}

/** Behind the rest of a template: its closing backtick, or the `${` of its next substitution. */
export function skipTemplate(text: string, start: number): { end: number; substitution: boolean } {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 96) return { end: at + 1, substitution: false };
    else if (code === 36 && text[at + 1] === '{') return { end: at + 2, substitution: true };
  }
  return { end: text.length, substitution: false };
}

/** Words after which a slash begins a regular expression; after any other word or a closing bracket it divides. */
const BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await|instanceof)$/;
/** No regular expression of a source we care about is longer; keeps a line of slashes from being read over and over. */
const MOST_REGEX = 1000;

/** Behind the regular expression a slash begins, or behind the slash that divides or closes a JSX tag. */
export function skipRegex(text: string, slash: number): number {
  const before = text.slice(Math.max(0, slash - 40), slash).trimEnd();
  const last = before.at(-1) ?? '';
  const divides = '<)]}'.includes(last) && last !== '';
  if (divides || (/[\w$'"`]/.test(last) && !BEFORE_REGEX.test(before))) return slash + 1;
  const most = Math.min(text.length, slash + MOST_REGEX);
  let inClass = false;
  for (let at = slash + 1; at < most; at += 1) {
    const char = text[at];
    if (char === '\n') break;
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  return slash + 1;
}

/** The plain string (or template without substitution) that begins exactly here; null: none. Escapes are not for paths: refused. */
export function readLiteral(text: string, at: number, template = false): { value: string; end: number } | null {
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && !(template && quote === '`')) return null;
  for (let end = at + 1; end < text.length && end - at < 1000; end += 1) {
    const char = text[end];
    if (char === quote) return end === at + 1 ? null : { value: text.slice(at + 1, end), end: end + 1 };
    if (char === '\n' || char === '\\' || (quote === '`' && char === '$')) return null;
  }
  return null;
}

const WORD = /[\w$\u0080-\uffff]+/y;

/**
 * What stands between `import` or `export` and its `from "…"`: names, `*`, commas and one list in braces. `stop`: where something else
 * stood, so that this is no such clause.
 */
export function readClause(text: string, start: number): { value: string; end: number } | { stop: number } {
  let at = start;
  for (;;) {
    at = skipGap(text, at);
    const char = text[at];
    if (char === '*' || char === ',') at += 1;
    else if (char === '{') {
      const end = endOfNames(text, at);
      if (end === null) return { stop: at };
      at = end;
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(text)?.[0];
      if (word === undefined) return { stop: at };
      at += word.length;
      const literal = word === 'from' ? readLiteral(text, skipGap(text, at)) : null;
      if (literal !== null) return literal;
    }
  }
}

/** Behind the brace that closes a list of names; null when something stands in it that no list of names has. */
function endOfNames(text: string, open: number): number | null {
  for (let at = open + 1; at < text.length;) {
    const char = text[at];
    if (char === '}') return at + 1;
    if (char === '{' || char === ';' || char === '(' || char === '`') return null;
    if (char === '"' || char === "'") at = skipString(text, at);
    else if (char === '/') {
      const end = skipComment(text, at) ?? skipBlock(text, at);
      if (end === null) return null;
      at = end;
    } else at += 1;
  }
  return null;
}
