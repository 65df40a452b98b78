import { z } from 'zod';

/** Tools over MCP (streamable HTTP), by plain requests as its specification describes them. */
export type ToolServers = ReadonlyArray<{ url: string; headers: Readonly<Record<string, string>> }>;

const Given = z.object({ type: z.literal('http'), url: z.string(), headers: z.array(z.object({ name: z.string(), value: z.string() })) });
const Answer = z.object({
  result: z.object({ content: z.array(z.object({ text: z.string().default('') })), isError: z.boolean().default(false) }).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** The servers of `session/new` that are reached over HTTP. */
export function toolServersOf(given: readonly unknown[]): ToolServers {
  return given.flatMap((server) => {
    const parsed = Given.safeParse(server);
    if (!parsed.success) return [];
    const { url, headers } = parsed.data;
    return [{ url, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) }];
  });
}

/** Calls a tool of the first server and gives its answer as text, or what went wrong. */
export async function callTool(servers: ToolServers, name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<string> {
  const [server] = servers;
  if (server === undefined) return 'I have no tools.';
  try {
    const clientInfo = { name: 'reeve-demo-agent', version: '1' };
    await post(server, { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } }, signal);
    await post(server, { method: 'notifications/initialized' }, signal);
    const { result, error } = Answer.parse(await post(server, { id: 2, method: 'tools/call', params: { name, arguments: args } }, signal));
    if (result === undefined) return `The tool ${name} failed: ${error?.message ?? 'no answer'}`;
    return result.content.map(({ text }) => text).join('\n');
  } catch (error) {
    return `The tools cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function post({ url, headers }: ToolServers[number], message: object, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    signal,
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  if (text === '') return null;
  if (!(response.headers.get('content-type') ?? '').includes('text/event-stream')) return JSON.parse(text);
  const last = text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .at(-1);
  return JSON.parse(last?.slice('data:'.length) ?? 'null');
}
