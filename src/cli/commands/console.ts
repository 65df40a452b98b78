import type { Command } from 'commander';
import { createApiClient } from '../api/client.ts';
import type { ServerAddress } from '../local.ts';
import { show } from '../output.ts';
import type { CliContext } from '../program.ts';

interface LinkBody {
  url: string;
  expires_at: string;
}

/**
 * `reeve console`: the way into the browser without typing a token there. The address is printed and not opened: a program that opens it
 * would get it as an argument, which every user of the machine can read.
 */
export function addConsoleCommand(program: Command, context: CliContext): void {
  const { terminal, format } = context;
  program
    .command('console')
    .description('print an address that signs a browser in as you; good once, for a quarter of an hour')
    .option('--page <path>', 'page to go to, such as /approvals', '/')
    .action(async (options: { page: string }) => {
      const made = await (await context.api()).post<LinkBody>('/v1/sessions/links', { return_to: options.page });
      show(terminal, format(), made, () => `Open this in a browser (good once, until ${made.expires_at.slice(11, 16)} UTC):\n\n  ${made.url}\n`);
    });
}

/** The same for whoever holds a token already: the sample manager of the demo, the owner of a new installation. */
export async function consoleLink(server: ServerAddress, page = '/'): Promise<string> {
  return (await createApiClient(server).post<LinkBody>('/v1/sessions/links', { return_to: page })).url;
}
