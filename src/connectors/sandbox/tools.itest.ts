import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveCommand, toolPaths } from './tools.ts';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-tools-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, mode = 0o755): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, mode);
  return path;
}

it('a command is found as a shell would find it', async () => {
  const second = await file('b/agent');
  await file('a/agent', 0o644);
  expect(resolveCommand('agent', [join(folder, 'a'), join(folder, 'b')], '/')).toBe(second);
  expect(resolveCommand('./b/agent', [], folder)).toBe(second);
  expect(resolveCommand('agent', [folder], '/')).toBeNull();
});

it('an npm tool brings the packages around it, through its links', async () => {
  const real = await file('prefix/lib/node_modules/@x/agent/dist/cli.js');
  await mkdir(join(folder, 'prefix/bin'));
  const link = join(folder, 'prefix/bin/agent');
  await symlink('../lib/node_modules/@x/agent/dist/cli.js', link);
  expect(toolPaths(link, [], '/wt')).toEqual({
    readOnly: [join(folder, 'prefix/lib/node_modules')],
    links: [[link, '../lib/node_modules/@x/agent/dist/cli.js']],
  });
  expect(real).toContain('node_modules');
});

it('a script in a checkout brings its folder and packages, not the checkout', async () => {
  const script = await file('checkout/src/demo/agent.ts');
  const manifest = await file('checkout/package.json');
  await file('checkout/node_modules/zod/index.js');
  await file('checkout/.reeve/admin-token');
  const { readOnly } = toolPaths(process.execPath, [script, '--skills', manifest], '/wt');
  expect(readOnly).toEqual(expect.arrayContaining([dirname(script), manifest, join(folder, 'checkout/node_modules')]));
  expect(readOnly).not.toContain(join(folder, 'checkout'));
});

it('a tool in a home folder brings only itself', async () => {
  await mkdir(join(folder, 'home/.ssh'), { recursive: true });
  const tool = await file('home/agent');
  expect(toolPaths(tool, [], '/wt')).toEqual({ readOnly: [tool], links: [] });
});

it.each(['reeve.yaml', '.env'])('a tool beside a %s brings only itself: keys are written there', async (name) => {
  await file(`shop/${name}`);
  const tool = await file('shop/agent.sh');
  expect(toolPaths(tool, [], '/wt')).toEqual({ readOnly: [tool], links: [] });
});

it('files named as arguments are brought, folders and prompts are not', async () => {
  const skills = await file('skills.json');
  const { readOnly } = toolPaths('/bin/sh', ['-c', 'x', `--skills=${skills}`, folder, '/etc/passwd is in this prompt', skills], '/wt');
  expect(readOnly.filter((path) => path.startsWith(folder))).toEqual([skills, skills]);
  expect(readOnly).not.toContain('/etc/passwd');
});

it('what the repository links to is not brought, however the operator names it', async () => {
  const secret = await file('secrets/run.sh');
  const worktree = join(folder, 'worktree');
  await mkdir(worktree);
  await symlink(secret, join(worktree, 'gradlew'));
  const program = resolveCommand('./gradlew', [], worktree) ?? '';
  expect(program).toBe(join(worktree, 'gradlew'));
  expect(toolPaths(program, [join(worktree, 'gradlew')], worktree)).toEqual({ readOnly: [], links: [] });
  expect(toolPaths('/usr/bin/node', [join(worktree, 'gradlew')], worktree).readOnly.filter((path) => path.startsWith(folder))).toEqual([]);
});
