import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSingleFault } from './queue-plans.ts';
import { findFaults } from './queue-soundness.ts';
import { openGround, openWorld, TARGET, type Ground } from './queue-world.ts';

let ground: Ground;
const before = process.cwd();
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-pitfalls-')));
beforeAll(async () => {
  ground = await openGround();
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
  await ground.close();
});

const HUNK = '@@ -1,3 +1,3 @@\n-a.txt line 0\n+changed\n a.txt line 1\n a.txt line 2\n';
const elsewhere = path.join(folder, 'absolute.txt');

/** Patches as the programs that took them for truth were tricked with: another file than the named one, or a place that is not there. */
const PATCHES: ReadonlyArray<readonly [string, string]> = [
  ['fits', HUNK],
  ['names another file', `--- a/other.txt\n+++ b/other.txt\n${HUNK}`],
  ['leaves the repository', `--- a/../../up.txt\n+++ b/../../up.txt\n${HUNK}`],
  ['names a place of the machine', `--- ${elsewhere}\n+++ ${elsewhere}\n${HUNK}`],
  ['makes a file', 'diff --git a/made.txt b/made.txt\nnew file mode 100644\n--- /dev/null\n+++ b/made.txt\n@@ -0,0 +1 @@\n+made\n'],
  [
    'makes a link',
    'diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n',
  ],
  ['renames', 'diff --git a/a.txt b/renamed.txt\nsimilarity index 90%\nrename from a.txt\nrename to renamed.txt\n'],
  ['has other lines around it', '@@ -1,3 +1,3 @@\n-not there\n+changed\n nor this\n nor that\n'],
  ['has a binary part', 'diff --git a/a.txt b/a.txt\nGIT binary patch\nliteral 3\nKcmZQzU|<Xc00001\n\n'],
  ['follows another', `${HUNK}diff --git a/second.txt b/second.txt\n--- /dev/null\n+++ b/second.txt\n@@ -0,0 +1 @@\n+second\n`],
];

test(
  'whatever a patch says, nothing is written into the working directory, and no other file than the named one changes',
  { timeout: 120_000 },
  async () => {
    const world = await openWorld(ground, { seed: 'pitfalls', plan: createSingleFault('die.after', 'nowhere', 0) });
    try {
      await world.start();
      const blob = (await world.mirror.listTree(world.base)).find((entry) => entry.path === 'a.txt')?.blob;
      for (const [name, unified_diff] of PATCHES) {
        const changes = [{ op: 'patch', path: 'a.txt', base_blob: blob, unified_diff }];
        const intent = { scope: ['**'], depends_on: [], reverts: null };
        const document = {
          version: 1,
          task_id: name,
          attempt: 1,
          repo: `acme/${world.repositoryId}`,
          target: TARGET,
          base: world.base,
          summary: name,
          intent,
          changes,
        };
        await world.submit(document).catch((error: unknown) => {
          if (!(error instanceof TypeError)) throw error;
        });
      }
      const last = { op: 'create', path: 'last.txt', content: 'last\n' };
      const intent = { scope: ['**'], depends_on: [], reverts: null };
      await world.submit({
        version: 1,
        task_id: 'last',
        attempt: 1,
        repo: `acme/${world.repositoryId}`,
        target: TARGET,
        base: world.base,
        summary: 'last',
        intent,
        changes: [last],
      });
      await world.settle();
      expect(readdirSync(folder)).toEqual([]);
      expect(world.admitted.size).toBeGreaterThan(1);
      expect((await world.mirror.diffNames(world.base, `refs/heads/${TARGET}`)).map((change) => change.path)).toEqual(['a.txt', 'last.txt']);
      expect(await findFaults(world, ground.database.db, true)).toEqual([]);
    } finally {
      await world.close();
    }
  },
);
