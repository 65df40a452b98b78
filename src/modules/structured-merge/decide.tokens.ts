/** A token with the white space before it. In `exact` mode white space is a token of its own and `space` is empty. */
export interface Token {
  space: string;
  text: string;
}

// Operators of several characters are one token: half of one from each side would be a third operator.
const PATTERN =
  /[\p{L}\p{N}_$]+|\s+|\/\/|\/\*|\*\/|<\/|\/>|\?\?=|\*\*=|<<=|>>=|>>>|===|!==|\.\.\.|&&=|\|\|=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|\*\*|<<|>>|::|:=|<-|->|[^]/gu;

/** Tokens whose white space hangs on what follows; the white space at the end is on an empty last token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let space = '';
  for (const [part] of text.matchAll(PATTERN)) {
    if (/^\s/.test(part)) space += part;
    else {
      tokens.push({ space, text: part });
      space = '';
    }
  }
  tokens.push({ space, text: '' });
  return tokens;
}

/** Tokens where white space counts: lines, words, and each run of spaces by itself. */
export function tokenizeExactly(text: string): string[] {
  return text.match(/\r?\n|[^\S\n]+|[\p{L}\p{N}_$]+|[^]/gu) ?? [];
}

/** Lines with their line ends; the last may have none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
