import { runCli } from '#cli/program.ts';
import { browserOf } from '#cli/browser.ts';
import { createLocal } from '#app/index.ts';

/** The one entrance: every role of Reeve is a command. The environment is read here and in the configuration alone. */
// Whoever reads our output may stop early (`reeve ledger entries | head`): that is no failure, and there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // EIO of a terminal: its window was closed.
  if (error.code === 'EPIPE' || (error.code === 'EIO' && process.stdout.isTTY)) process.exit(0);
  throw error;
});

const local = createLocal({ env: process.env, cwd: process.cwd() });
process.exitCode = await runCli(process.argv.slice(2), local, {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  interactive: process.stdout.isTTY === true,
  columns: process.stdout.columns,
  screen:
    process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
      ? {
          input: process.stdin,
          output: process.stdout,
          colours: (process.env['NO_COLOR'] ?? '') === '',
          editor: process.env['VISUAL'] || process.env['EDITOR'] || undefined,
          browser: browserOf(process.env, process.platform),
        }
      : undefined,
});
