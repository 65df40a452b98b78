import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Builds the console, and compiles `src` to plain JavaScript in `dist`, which is what the published package runs: Node strips no types below
 * node_modules. A tree that does not type-check is not packed.
 */
const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
// What an earlier source tree left behind would be packed, too.
rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
execFileSync(process.execPath, [path.join(root, 'tools/build-web.ts'), '--force'], { cwd: root, stdio: ['ignore', 2, 2] });
// `#x.ts` in the emitted JavaScript resolves through the nearest package.json: this one.
writeFileSync(path.join(dist, 'package.json'), `${JSON.stringify({ type: 'module', imports: { '#*.ts': './*.js' } }, null, 2)}\n`);
