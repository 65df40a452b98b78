import type { MergeQueueDeps } from '#modules/merge-queue/index.ts';
import type { Mirror } from '#ports/git.ts';
import { draw, pick } from './queue-plans.ts';

const FILES = ['a.txt', 'b.txt', 'lib/c.txt', 'lib/d.txt', 'lib/deep/e.txt', 'f.json'] as const;
const LINES = 14;

export function baseFiles(): Record<string, string> {
  const lines = (name: string): string => Array.from({ length: LINES }, (_, at) => `${name} line ${at}\n`).join('');
  return { ...Object.fromEntries(FILES.map((name) => [name, lines(name)])), 'old.txt': 'old\n', 'older.txt': 'older\n' };
}

export const RULES_OF = (repositoryId: string) => ({
  repositoryName: `acme/${repositoryId}`,
  maxFiles: 50,
  maxBytes: 1_000_000,
  protectedPaths: [],
  queueOwned: [],
  mayWriteQueueOwned: false,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: [],
});

/** The project's checks: no file may say BROKEN, and two files may not both say HALF. */
export async function check(mirror: Mirror, { tree }: Parameters<MergeQueueDeps['verify']>[0]): ReturnType<MergeQueueDeps['verify']> {
  const texts = await Promise.all(FILES.map(async (file) => (await mirror.readFile(tree, file))?.toString() ?? ''));
  const passed = !texts.some((text) => text.includes('BROKEN')) && texts.filter((text) => text.includes('HALF')).length < 2;
  return { passed, checks: [{ name: 'test', command: 'test', exit_code: passed ? 0 : 1, output: '' }] };
}

/** A few lines of a few files, a new file, a removed one; now and then something that fails its checks. */
export async function randomChange(mirror: Mirror, on: string, name: string): Promise<Record<string, string | Uint8Array | null>> {
  const files: Record<string, string | Uint8Array | null> = {};
  const edits = 1 + Math.floor(draw(name, 'edits') * 2);
  for (let edit = 0; edit < edits; edit += 1) {
    const file = pick(FILES, draw(name, edit, 'file'));
    const text = (await mirror.readFile(on, file))?.toString() ?? '';
    const lines = text.split('\n');
    const at = Math.floor(draw(name, edit, 'line') * (lines.length - 1));
    lines[at] = `${file} by ${name}${draw(name, edit, 'broken') < 0.06 ? ' BROKEN' : ''}${draw(name, edit, 'half') < 0.05 ? ' HALF' : ''}`;
    files[file] = lines.join('\n');
  }
  if (draw(name, 'new') < 0.3) files[`new/${name.replaceAll(/\W/g, '-')}.txt`] = `${name}\n`;
  if (draw(name, 'binary') < 0.1) files[`new/${name.replaceAll(/\W/g, '-')}.bin`] = Buffer.from([0, 255, 254, Math.floor(draw(name, 'byte') * 256)]);
  if (draw(name, 'delete') < 0.1 && (await mirror.readFile(on, 'old.txt')) !== null) files['old.txt'] = null;
  return files;
}

export async function outsiderCommit(mirror: Mirror, on: string, file: string): Promise<string> {
  const tree = await mirror.writeTree(on, [{ path: file, content: Buffer.from(`${file}\n`) }]);
  return mirror.commit({ tree, parents: [on], message: 'From outside', author: { name: 'Eve', email: 'eve@example.test' }, atUnixS: 1_900_000_000 });
}
