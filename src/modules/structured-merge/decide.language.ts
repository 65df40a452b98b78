/**
 * What the rules know about a file by its name. `script`: TypeScript and JavaScript, parsed. `json`, `yaml`: parsed.
 * `style`: CSS and its kin. `braces`: languages whose blocks are bracketed, which nothing here parses. `indented`: white space
 * carries meaning. `list`: one entry a line, in any order. `text`: anything else.
 */
export type Language = 'script' | 'json' | 'yaml' | 'markdown' | 'style' | 'braces' | 'indented' | 'list' | 'text';

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map([
  ...words('script', 'ts tsx mts cts js jsx mjs cjs'),
  ...words('json', 'json jsonc json5 webmanifest'),
  ...words('yaml', 'yaml yml'),
  ...words('markdown', 'md mdx markdown'),
  ...words('style', 'css scss less'),
  ...words('braces', 'go rs java kt kts swift c h cc cpp hpp cs php dart scala proto'),
  ...words('indented', 'py pyi haml pug coffee nim'),
]);

const LISTS = /(^|\/)(\.(git|docker|npm|prettier|eslint|hg|helm|vercel|gcloud|cursor)ignore|CODEOWNERS|requirements[^/]*\.txt|\.mailmap|\.npmrc)$/;

function words(language: Language, extensions: string): Array<[string, Language]> {
  return extensions.split(' ').map((extension) => [extension, language]);
}

export function languageOf(path: string): Language {
  if (LISTS.test(path)) return 'list';
  // `config.yaml.example` is written as `config.yaml` is.
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(example|sample|template|dist|tmpl)$/, '');
  return BY_EXTENSION.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'text';
}

/** Changelogs are written from the top: both sides' new entries belong there. */
export function isChangelog(path: string): boolean {
  return /(^|\/)(changelog|changes|history|news|release[-_ ]?notes)[^/]*\.(md|mdx|markdown|txt|rst)$/i.test(path);
}
