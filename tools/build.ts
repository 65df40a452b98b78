import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

/** Compiles `src` to plain JavaScript in `dist`, which is what the published package runs. */
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// `#x.ts` in the emitted JavaScript resolves through the nearest package.json: this one.
writeFileSync('dist/package.json', `${JSON.stringify({ type: 'module', imports: { '#*.ts': './*.js' } }, null, 2)}\n`);
