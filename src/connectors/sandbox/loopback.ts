/**
 * A program of its own, run INSIDE a sandbox that has no network: it listens on the sandbox's loopback, pipes every
 * connection to a bind-mounted socket (of the model gateway at any free port, of Reeve's tools at the port given), and
 * starts the agent with addresses and keys that lead there. It imports nothing but Node, because nothing else of Reeve is
 * visible in there.
 *
 *     node loopback.ts [--socket PATH] [--tools PORT:PATH] -- COMMAND ARG...
 */
// oxlint-disable node/no-process-env -- a process of its own: its environment is the one its agent will get
import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';

const separator = process.argv.indexOf('--');
const [command, ...args] = process.argv.slice(separator + 1);
const gatewaySocket = option('--socket');
const [, toolPort, toolSocket] = /^(\d+):(.+)$/.exec(option('--tools') ?? '') ?? [];
if (separator === -1 || command === undefined || (gatewaySocket === null && toolSocket === undefined))
  fail(64, 'usage: loopback [--socket PATH] [--tools PORT:PATH] -- COMMAND ARG...');

if (toolSocket !== undefined) await bridge(toolSocket, Number(toolPort));
run(gatewaySocket === null ? null : `http://127.0.0.1:${await bridge(gatewaySocket, 0)}`);

function option(name: string): string | null {
  const at = process.argv.indexOf(name);
  return at === -1 || at > separator ? null : (process.argv[at + 1] ?? null);
}

/** Answers the port. */
async function bridge(socketPath: string, port: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    const outer = connect({ path: socketPath, allowHalfOpen: true });
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  server.on('error', (error) => fail(70, `the loopback address could not be opened: ${error.message}`));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function run(url: string | null): void {
  const env = url === null ? process.env : { ...gatewayVariables(url), ...withUrl(process.env, url) };
  const child = spawn(
    command as string,
    args.map((arg) => (url === null ? arg : arg.replaceAll('{gateway_url}', url))),
    { stdio: 'inherit', env },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(127, `${command} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Names under which the known agents look for a provider. What the operator set himself wins. */
function gatewayVariables(url: string): Record<string, string> {
  const key = process.env['REEVE_GATEWAY_KEY'] ?? 'gateway';
  return {
    REEVE_GATEWAY_URL: url,
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_BASE: `${url}/v1`,
    OPENAI_API_KEY: key,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_API_KEY: key,
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_API_KEY: key,
  };
}

/** `{gateway_url}` in a value becomes the address: for agents that are configured by a variable of their own. */
function withUrl(env: NodeJS.ProcessEnv, url: string): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll('{gateway_url}', url)]));
}

function fail(code: number, sentence: string): never {
  process.stderr.write(`reeve: ${sentence}\n`);
  process.exit(code);
}
