import { expect, test } from 'vitest';
import { mergeSplit } from './decide.split.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What each part becomes, or the reason of the refusal. */
function split(base: string, theirs: string, created: Record<string, string>, path = 'src/all.test.ts'): Record<string, string> | string {
  const files = Object.entries(created).map(([name, text]) => ({ path: name, content: encode(text) }));
  const merged = mergeSplit({ path, base: encode(base), theirs: encode(theirs), created: files });
  return merged.kind === 'refused'
    ? merged.reason
    : Object.fromEntries(merged.files.map((file) => [file.path, new TextDecoder().decode(file.content)]));
}

const spec = (name: string, more = ''): string =>
  `  it('${name}', () => {\n    const ${name} = make('${name}');\n    expect(${name}).toBe(1);\n${more}  });\n`;
const group = (name: string, ...specs: string[]): string => `describe('${name}', () => {\n${specs.join('\n')}});\n`;
const IMPORTS = "import { describe, expect, it } from 'vitest';\nimport { make } from './make.ts';\n\n";
const BASE = `${IMPORTS}${group('list', spec('first'), spec('second'))}\n${group('find', spec('third'), spec('fourth'))}`;
const HEAD = {
  'src/all/list.test.ts': `${IMPORTS.replace('./make', '../make')}${group('list', spec('first'), spec('second'))}`,
  'src/all/find.test.ts': `${IMPORTS.replace('./make', '../make')}${group('find', spec('third'), spec('fourth'))}`,
};

test('a change goes to the part where its surroundings stand now, and other parts are left alone', () => {
  const theirs = BASE.replace("make('third')", "make('3rd')");
  expect(split(BASE, theirs, HEAD)).toEqual({ 'src/all/find.test.ts': HEAD['src/all/find.test.ts'].replace("make('third')", "make('3rd')") });
});

test('an insertion at the end of what moved goes after what it followed', () => {
  const theirs = BASE.replace(spec('second'), `${spec('second')}\n${spec('added')}`);
  expect(split(BASE, theirs, HEAD)).toEqual({
    'src/all/list.test.ts': HEAD['src/all/list.test.ts'].replace(spec('second'), `${spec('second')}\n${spec('added')}`),
  });
});

test('changes of several parts each go to theirs', () => {
  const theirs = BASE.replace("make('first')", "make('1st')").replace("make('fourth')", "make('4th')");
  expect(Object.keys(split(BASE, theirs, HEAD))).toEqual(['src/all/list.test.ts', 'src/all/find.test.ts']);
});

test('lines that ours moved to the right take the change, moved alike', () => {
  const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
  const head = {
    'src/all/find.test.ts': `${IMPORTS.replace('./make', '../make')}describe('all', () => {\n${indent(group('find', spec('third'), spec('fourth')))}});\n`,
  };
  const theirs = BASE.replace(spec('fourth'), spec('fourth', '    expect(fourth).not.toBe(2);\n'));
  expect(split(BASE, theirs, head)).toEqual({
    'src/all/find.test.ts': head['src/all/find.test.ts'].replace(
      'toBe(1);\n    });\n  });',
      'toBe(1);\n      expect(fourth).not.toBe(2);\n    });\n  });',
    ),
  });
});

test('a name that the change uses is imported into the part, by the path from there', () => {
  const theirs = BASE.replace("import { make } from './make.ts';", "import { make } from './make.ts';\nimport { help } from './help.ts';").replace(
    "make('first')",
    "help(make('first'))",
  );
  expect(split(BASE, theirs, HEAD)).toEqual({
    'src/all/list.test.ts': HEAD['src/all/list.test.ts']
      .replace("'../make.ts';\n", "'../make.ts';\nimport { help } from '../help.ts';\n")
      .replace("make('first')", "help(make('first'))"),
  });
});

test('a name of a module that the part imports already joins its list', () => {
  const theirs = BASE.replace('expect, it }', 'expect, it, vi }').replace("make('first')", "vi.fn(make('first'))");
  expect(split(BASE, theirs, HEAD)).toEqual({
    'src/all/list.test.ts': HEAD['src/all/list.test.ts'].replace('expect, it }', 'expect, it, vi }').replace("make('first')", "vi.fn(make('first'))"),
  });
});

test.each<[string, string, Record<string, string>, RegExp]>([
  [
    'a change whose surroundings ours changed',
    BASE.replace("make('third')", "make('3rd')"),
    { 'src/all/find.test.ts': HEAD['src/all/find.test.ts'].replaceAll('third', 'other') },
    /no one place/,
  ],
  [
    'a change whose surroundings stand in two parts',
    BASE.replace("make('third')", "make('3rd')"),
    { ...HEAD, 'src/all/copy.test.ts': HEAD['src/all/find.test.ts'] },
    /no one place/,
  ],
  [
    'a change beside one that has its place',
    BASE.replace("make('first')", "make('1st')").replace("make('third')", "make('3rd')"),
    { 'src/all/list.test.ts': HEAD['src/all/list.test.ts'] },
    /no one place/,
  ],
  ['a file that is gone without a trace', BASE.replace("make('third')", "make('3rd')"), {}, /no one place/],
  ['an import that nothing uses', BASE.replace('expect, it }', 'expect, it, vi }').replace("make('first')", "make('1st')"), HEAD, /nothing uses/],
  ['an import taken away', BASE.replace("import { make } from './make.ts';\n", '').replace("make('first')", "'1st'"), HEAD, /imports less/],
  [
    'a name that the part no longer has',
    BASE.replace("make('first')", "make('1st', outer)").replace('\ndescribe', '\nconst outer = 1;\ndescribe'),
    HEAD,
    /no one place|uses outer/,
  ],
])('%s is refused', (_, theirs, created, reason) => {
  expect(split(BASE, theirs, created)).toMatch(reason);
});

test('a text that goes over several lines is not moved to the right', () => {
  const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
  const head = {
    'src/all/find.test.ts': `${IMPORTS.replace('./make', '../make')}describe('all', () => {\n${indent(group('find', spec('third'), spec('fourth')))}});\n`,
  };
  const theirs = BASE.replace(spec('fourth'), spec('fourth', '    expect(`\none\n`).toBe(2);\n'));
  expect(split(BASE, theirs, head)).toMatch(/no one place/);
});

test('files of another kind, and files that are not text, are not looked at', () => {
  const theirs = BASE.replace("make('third')", "make('3rd')");
  expect(split(BASE, theirs, { 'notes.md': HEAD['src/all/find.test.ts'] })).toMatch(/no one place/);
  expect(mergeSplit({ path: 'a.bin', base: Uint8Array.of(0), theirs: Uint8Array.of(0, 1), created: [] })).toMatchObject({ kind: 'refused' });
});
