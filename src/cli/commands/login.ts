import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { createApiClient } from '../api/client.ts';
import { openLoopback } from '../loopback.ts';
import { show } from '../output.ts';
import type { CliContext } from '../program.ts';

interface LoginOptions {
  url?: string;
  provider?: string;
  wait: string;
}

interface CliToken {
  token: string;
  person: string;
  expires_at: string;
}

/** `reeve login`: signs in with the organisation's identity provider, in a browser on this machine. */
export function addLoginCommands(program: Command, context: CliContext): void {
  const { local, terminal, format } = context;
  program
    .command('login')
    .description('sign in with the identity provider of the server, in a browser; the token is kept on this machine')
    .option('--url <url>', 'the server; without it the one commands talk to')
    .option('--provider <name>', 'oidc or saml, where there are both')
    .option('--wait <seconds>', 'how long to wait for the browser', '300')
    .action(async (options: LoginOptions) => {
      const url = await serverOf(context, options.url);
      const signedIn = await signIn(context, url, options);
      await local.keepLogin(url, signedIn.token);
      show(terminal, format(), { url, person: signedIn.person, expires_at: signedIn.expires_at }, () => `Signed in at ${url} as ${signedIn.person}.`);
    });
  program
    .command('logout')
    .description('forget the token that login kept; an admin revokes it with `reeve token revoke`')
    .option('--url <url>', 'the server; without it the one commands talk to')
    .action(async (options: { url?: string }) => {
      const url = await serverOf(context, options.url);
      const forgotten = await local.dropLogin(url);
      show(terminal, format(), { url, forgotten }, () => (forgotten ? `Signed out of ${url}.` : `Nobody is signed in at ${url}.`));
    });
}

async function serverOf({ local }: CliContext, given: string | undefined): Promise<string> {
  if (given !== undefined && !/^https?:\/\//.test(given))
    throw new AppError('invalid', 'A server is an address that begins with https:// (or http://).');
  const url = given ?? (await local.serverUrl());
  if (url === null) throw new AppError('unavailable', 'No Reeve server is running here.', { hint: 'Name one with --url.' });
  return new URL(url).origin;
}

async function signIn({ terminal }: CliContext, url: string, options: LoginOptions): Promise<CliToken> {
  const api = createApiClient({ url, token: '' });
  const names = (await api.get<{ items: Array<{ name: string }> }>('/v1/auth/providers')).items.map((item) => item.name);
  const provider = options.provider ?? (names.length === 1 ? names[0] : undefined);
  if (names.length === 0)
    throw new AppError('unavailable', 'This server has no identity provider.', { hint: 'Use a token: `reeve token create`, then REEVE_TOKEN.' });
  if (provider === undefined || !names.includes(provider))
    throw new AppError('invalid', `Name the identity provider with --provider: ${names.join(' or ')}.`);
  const state = randomBytes(24).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const door = await openLoopback(state);
  try {
    const query = new URLSearchParams({ cli_port: String(door.port), cli_challenge: challenge, cli_state: state });
    terminal.err(`Open this address in a browser on this machine:\n\n  ${url}/v1/auth/login/${provider}?${query.toString()}\n`);
    const code = await door.code(Math.max(1, Number(options.wait) || 300) * 1000);
    return await api.post<CliToken>('/v1/auth/cli', { code, verifier, name: `reeve login on ${hostname()}`.slice(0, 120) });
  } finally {
    door.close();
  }
}
