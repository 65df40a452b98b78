import type { Command } from 'commander';
import { show } from '../output.ts';
import type { CliContext } from '../program.ts';

/** `reeve top`: what waits, runs and is stuck, in the terminal, with the keys to decide and to stop. */
export function addTopCommand(program: Command, { terminal, format, api }: CliContext): void {
  program
    .command('top')
    .description('a live view of what waits for you, runs, queues and is stuck, with keys to decide; plain text when it is no terminal')
    .option('--once', 'print it once as text')
    .action(async (options: { once?: boolean }) => {
      const { screen } = terminal;
      // Only this command needs the widths of all letters, which take a tenth of a second to load.
      if (screen !== undefined && options.once !== true && !format().json) {
        const { runTop } = await import('../tui/program.ts');
        return runTop({ screen, connect: api });
      }
      const { plainDocument, plainText, readOnce } = await import('../tui/plain.ts');
      const state = await readOnce(await api(), terminal.columns);
      show(terminal, format(), plainDocument(state), () => plainText(state));
    });
}
