import type { Language } from './decide.language.ts';

const NOT_WHOLE = 'Both sides inserted something at the same place that is not made of whole declarations.';
const SAME_NAME = 'Both sides inserted a declaration of the same name at the same place.';

/**
 * Whether both sides' lines may stand one after the other in a language that nothing here parses: whole blocks, closed
 * within the insertion, each starting with a declaration, none of a name that the other has.
 */
export function refuseBlocks(language: Language, ours: readonly string[], theirs: readonly string[]): string | null {
  const names = [namesOf(language, ours), namesOf(language, theirs)];
  const [mine, others] = names;
  if (mine === undefined || others === undefined || mine === null || others === null) return NOT_WHOLE;
  // One that stands further to the right would belong to the one before it.
  if (language === 'indented' && marginOf(ours) !== marginOf(theirs)) return NOT_WHOLE;
  return others.some((name) => mine.includes(name)) ? SAME_NAME : null;
}

function namesOf(language: Language, lines: readonly string[]): string[] | null {
  if (language === 'indented') return indentedNames(lines);
  const blocks = blocksOf(lines);
  const names = blocks?.map((block) => (language === 'style' ? styleName(block) : declaredName(block)));
  return names === undefined || names.includes(null) ? null : names.filter((name) => name !== null);
}

/** Runs of lines that end where all brackets are closed; null when they do not. Comments and attributes belong to what follows. */
function blocksOf(lines: readonly string[]): string[] | null {
  const blocks: string[] = [];
  let block = '';
  let depth = 0;
  for (const line of lines) {
    if (block === '' && line.trim() === '') continue;
    block += line;
    const code = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\/.*|\/\*.*?\*\//g, '');
    for (const character of code) {
      if ('{(['.includes(character)) depth += 1;
      else if ('})]'.includes(character)) depth -= 1;
      if (depth < 0) return null;
    }
    if (depth === 0 && !/^\s*(\/\/|\/\*|\*|#\[|@|#)/.test(line)) {
      blocks.push(block);
      block = '';
    }
  }
  return depth === 0 && block.trim() === '' ? blocks : null;
}

/** A rule's selector, or a property's name. */
function styleName(block: string): string | null {
  const bare = block.replace(/\/\*[^]*?\*\//g, '').trim();
  const name = bare.includes('{') ? bare.slice(0, bare.indexOf('{')).trim() : /^([\w-]+)\s*:[^]*;$/.exec(bare)?.[1];
  return name === undefined || name === '' ? null : name;
}

const DECLARED = [
  // Go methods: the receiver is part of the name.
  /^func\s+(\([^)]*\)\s*\w+)/m,
  /^\s*(?:(?:export|pub(?:\([^)]*\))?|public|private|protected|internal|static|final|abstract|async|unsafe|override|open|sealed|data|inline|virtual|partial|readonly)\s+)*(?:func|fn|fun|def|class|struct|type|interface|enum|trait|record|object|protocol|mod|message|service|rpc|const|var|val|let)\s+(\w+)/m,
  // An import line, or an entry of a list or map that ends in a comma.
  /^\s*((?:\w+\s+)?"[^"]+")\s*$/,
  /^\s*("[^"]*"|[\w.]+)\s*:\s[^]*,\s*$/,
  /^\s*("[^"]*"|[\w.]+)\s*,\s*$/,
  /^\s*(?:import|use|using|require)\s+([^;]+;?)\s*$/,
];

function declaredName(block: string): string | null {
  const bare = block.replace(/^\s*(\/\/.*|\/\*[^]*?\*\/|\*.*|#\[.*|@\w+.*)\n/gm, '');
  for (const pattern of DECLARED) {
    const name = pattern.exec(bare)?.[1];
    if (name !== undefined && bare.trimStart().startsWith(pattern.exec(bare)?.[0].trimStart() ?? '\u0000')) return name;
  }
  return null;
}

const marginOf = (lines: readonly string[]): string => /^[ \t]*/.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0] ?? '';

/** Definitions of one depth, each with its body below it; decorators and comments before them. */
function indentedNames(lines: readonly string[]): string[] | null {
  const written = lines.filter((line) => line.trim() !== '');
  const margin = marginOf(lines);
  const names: string[] = [];
  let last = '';
  for (const line of written) {
    if (!line.startsWith(margin)) return null;
    const rest = line.slice(margin.length);
    if (/^\s/.test(rest)) {
      if (names.length === 0) return null;
    } else if (/^[@#]/.test(rest)) last = rest;
    else {
      const name = /^(?:async\s+)?(?:def|class)\s+(\w+)/.exec(rest)?.[1] ?? /^((?:from\s+\S+\s+)?import\s.+)$/.exec(rest.trimEnd())?.[1];
      if (name === undefined) return null;
      names.push(name);
      last = '';
    }
  }
  return names.length > 0 && last === '' ? names : null;
}
