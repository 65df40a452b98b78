/** Reading the structure of issues written in Markdown: sections, lists, code, and the paths they name. Pure. */

export interface ListItem {
  kind: 'checklist' | 'numbered' | 'bullet';
  text: string;
  checked: boolean;
  /** Columns before the marker: deeper items belong to the item above. */
  indent: number;
  /** Heading it stands under, lower case, or ''. */
  section: string;
}

export interface Section {
  /** Lower case, without the marks; '' before the first heading. */
  heading: string;
  text: string;
}

/** Issue templates leave these behind; they carry no information of the author's. */
const EMPTY_ANSWERS = /^_?(?:no response|n\/?a|none)_?\.?$/gim;

/** The text without HTML comments (template hints) and empty template answers. */
export function withoutTemplateNoise(markdown: string): string {
  return markdown
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(EMPTY_ANSWERS, '')
    .replace(/\r\n?/g, '\n');
}

/** Prose only: no code blocks, images, link targets or marks. Inline code keeps its text. */
export function proseOf(markdown: string): string {
  return withoutTemplateNoise(markdown)
    .replace(/^(?:```|~~~)[^\n]*\n[\s\S]*?(?:^(?:```|~~~)[ \t]*$|(?![\s\S]))/gm, '\n')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/[*_]{2,}|`/g, '');
}

/** Contents of fenced and indented-by-fence code blocks. */
export function codeBlocksOf(markdown: string): string[] {
  return [...withoutTemplateNoise(markdown).matchAll(/^(?:```|~~~)[^\n]*\n([\s\S]*?)(?:^(?:```|~~~)[ \t]*$|(?![\s\S]))/gm)].map(
    (match) => match[1] ?? '',
  );
}

export function sectionsOf(markdown: string): Section[] {
  const sections: Section[] = [{ heading: '', text: '' }];
  for (const line of withoutTemplateNoise(markdown).split('\n')) {
    const heading = headingOf(line);
    if (heading === null) {
      const last = sections.at(-1);
      if (last !== undefined) last.text += `${line}\n`;
    } else sections.push({ heading, text: '' });
  }
  return sections.map(({ heading, text }) => ({ heading, text: text.trim() }));
}

/** `## Steps to reproduce`, `**Steps to reproduce:**`, or a line of its own that ends in a colon. */
function headingOf(line: string): string | null {
  const match = /^#{1,6}\s+(.+?)\s*#*$/.exec(line) ?? /^\*\*(.{1,60}?):?\*\*:?\s*$/.exec(line) ?? /^([A-Z][\w' ]{2,40}):\s*$/.exec(line);
  return match?.[1] === undefined ? null : match[1].toLowerCase().trim();
}

/** All list items outside code blocks. A continuation line (indented, no marker) is joined to its item. */
export function listItemsOf(markdown: string): ListItem[] {
  const items: ListItem[] = [];
  for (const section of sectionsOf(withoutCode(markdown))) {
    let open: ListItem | null = null;
    for (const line of section.text.split('\n')) {
      const item = toListItem(line, section.heading);
      if (item !== null) {
        items.push(item);
        open = item;
      } else if (open !== null && /^\s{2,}\S/.test(line)) open.text += ` ${line.trim()}`;
      else open = null;
    }
  }
  return items;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^(?:```|~~~)[^\n]*\n[\s\S]*?(?:^(?:```|~~~)[ \t]*$|(?![\s\S]))/gm, '\n');
}

function toListItem(line: string, section: string): ListItem | null {
  const box = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+\[([ xX])\]\s+(\S.*)$/.exec(line);
  if (box !== null) return { kind: 'checklist', text: (box[3] ?? '').trim(), checked: box[2] !== ' ', indent: (box[1] ?? '').length, section };
  const numbered = /^(\s*)\d{1,3}[.)]\s+(\S.*)$/.exec(line);
  if (numbered !== null) return { kind: 'numbered', text: (numbered[2] ?? '').trim(), checked: false, indent: (numbered[1] ?? '').length, section };
  const bullet = /^(\s*)[-*+•]\s+(\S.*)$/.exec(line);
  return bullet === null ? null : { kind: 'bullet', text: (bullet[2] ?? '').trim(), checked: false, indent: (bullet[1] ?? '').length, section };
}

// File endings that make a bare word a path: `cart.js` is one, `e.g.` and `1.2` are not.
const FILE_ENDINGS =
  'ts|tsx|mts|cts|js|jsx|mjs|cjs|json|jsonc|md|mdx|rst|txt|css|scss|sass|less|html|htm|vue|svelte|astro|py|pyi|rb|go|rs|java|kt|kts|scala|swift|c|h|cc|cpp|hpp|cs|fs|php|pl|lua|r|jl|ex|exs|erl|hs|ml|clj|dart|sh|bash|zsh|fish|ps1|sql|prisma|graphql|gql|proto|yml|yaml|toml|ini|cfg|conf|env|xml|svg|csv|lock|gradle|tf|nix|ipynb|tpl|ejs|hbs|erb|jinja|po';
const PATH = new RegExp(
  `(?<![\\w@/:.-])(?:\\.{1,2}/)?(?:[\\w@.+-]+/)*(?:[\\w@.+-]+\\.(?:${FILE_ENDINGS})|\\.[a-z][a-z-]*(?:rc|ignore|config|attributes|env)|Dockerfile|Makefile|LICENSE|CHANGELOG|CODEOWNERS|README)(?![\\w/-]|\\.\\w)|(?<![\\w@/:.-])(?:\\.{1,2}/)?(?:[\\w@.+-]+/)+(?:\\*{1,2}(?:/\\*)?)?(?=[\\s\`'")\\],;:.!?]|$)`,
  'gm',
);

// Written like files, but products or versions.
const PRODUCT_NAME =
  /^(?:(?:node|vue|next|nuxt|react|express|three|d3|ember|backbone|chart|discord|socket|alpine|moment)\.js|asp\.net|v?\d+(?:\.\d+)*(?:\.\w)?)$/i;

/**
 * Paths a text names, in order, once each: files with a known ending, and folders written with a trailing slash. URLs, versions,
 * and fractions such as `and/or` are not paths.
 */
export function namedPathsOf(text: string): string[] {
  const seen = new Set<string>();
  for (const match of text.replace(/\bhttps?:\/\/\S+/g, ' ').matchAll(PATH)) {
    const path = match[0].replace(/^(?:\.\/)+/, '').replace(/:\d+(?::\d+)?$/, '');
    if (!path.startsWith('..') && !PRODUCT_NAME.test(path)) seen.add(path);
  }
  return [...seen];
}

/** Identifiers written as code or recognisable as such: `formatPrice()`, `order_total`, `CartPage`. In order, once each. */
export function codeNamesOf(markdown: string): string[] {
  const names = new Set<string>();
  const text = withoutTemplateNoise(markdown);
  for (const match of text.matchAll(/`([^`\n]{2,80})`/g)) names.add((match[1] ?? '').trim());
  for (const match of text.matchAll(/\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\w+_\w+|\w+\(\))/g)) names.add(match[0]);
  return [...names].filter((name) => name !== '');
}

/** Sentences of prose, trimmed. Abbreviations and versions do not end one. */
export function sentencesOf(prose: string): string[] {
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*+•]|\d+[.)])\s)|(?<=[.!?])\s+(?=[A-Z"'“`(])/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}
