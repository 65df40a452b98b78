import { readClause, readLiteral, skipBlock, skipComment, skipGap, skipRegex, skipString, skipTemplate } from './decide.scan.ts';
import type { Specifiers } from './model.ts';

/** The next thing that matters: what is between is neither a string nor a keyword of ours. `x.import` is a name; `...require` is not. */
const TOKEN = /["'`{}/]|(?<![\w$]|(?<!\.\.)\.)(?:import|export|require)(?![\w$])/g;

/**
 * What a JavaScript or TypeScript file imports: `import` and `export … from`, also of types, `import()`, `require()` and
 * `import x = require()` with a literal. A scanner and no parser: it knows comments, strings, templates and regular expressions well
 * enough to not look inside them, never throws, and goes on after what it does not understand (JSX text, a syntax error): the worst
 * outcome is one edge of the graph too many or too few. Time is linear in the length of the text.
 */
export function importsOf(text: string): Specifiers {
  if (!/\b(?:import|require|from)\b/.test(text)) return [];
  const found = new Set<string>();
  // For each template we are inside of: how many braces are open in its current `${…}`.
  const templates: number[] = [];
  // A clause that failed at some place fails there for every keyword before that place too.
  let hopelessUntil = 0;

  const keyword = (word: string, at: number): number => {
    const read = (word === 'export' ? null : readCall(text, word, at)) ?? (word === 'import' ? readLiteral(text, skipGap(text, at)) : null);
    if (read !== null) return take(read);
    if (word === 'require' || at < hopelessUntil) return at;
    const clause = readClause(text, at);
    if ('value' in clause) return take(clause);
    hopelessUntil = clause.stop;
    return at;
  };
  const take = ({ value, end }: { value: string; end: number }): number => {
    found.add(value);
    return end;
  };
  const template = (at: number): number => {
    const { end, substitution } = skipTemplate(text, at);
    if (substitution) templates.push(0);
    return end;
  };
  const brace = (char: string, at: number): number => {
    const open = templates.pop();
    if (open === undefined) return at;
    if (char === '}' && open === 0) return template(at);
    templates.push(char === '{' ? open + 1 : open - 1);
    return at;
  };

  for (let at = 0; ;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return [...found];
    const [char] = token;
    const after = TOKEN.lastIndex;
    if (char === '"' || char === "'") at = skipString(text, token.index);
    else if (char === '`') at = template(after);
    else if (char === '{' || char === '}') at = brace(char, after);
    else if (char === '/') at = skipComment(text, token.index) ?? skipBlock(text, token.index) ?? skipRegex(text, token.index);
    else at = keyword(char, after);
  }
}

/** `("./x")` or `(\`./x\`)` after `import` or `require`; further arguments may follow. */
function readCall(text: string, word: string, start: number): { value: string; end: number } | null {
  const resolve = '.resolve';
  let at = word === 'require' && text.startsWith(resolve, start) ? start + resolve.length : start;
  at = skipGap(text, at);
  if (text[at] !== '(') return null;
  const literal = readLiteral(text, skipGap(text, at + 1), true);
  if (literal === null) return null;
  const next = text[skipGap(text, literal.end)];
  return next === ')' || next === ',' ? literal : null;
}
