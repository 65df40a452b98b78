import type { UpstreamKind } from '#ports/model-proxy.ts';

export type PreparedBody = { ok: true; body: Buffer; addedStreamUsage: boolean } | { ok: false; reason: string };

/**
 * Looks into a generation request before it leaves. Streamed chat completions tell their usage only when asked, so we ask
 * (and take the extra event out again); tools that the provider itself would connect to the outside are refused, because
 * the run is sealed.
 */
export function prepareBody(kind: UpstreamKind, path: string, body: Buffer): PreparedBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return { ok: false, reason: 'The request body is not JSON.' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { ok: false, reason: 'The request body is not a JSON object.' };
  const request = parsed as Record<string, unknown>;
  if (reachesOutside(kind, request)) return { ok: false, reason: 'This run is sealed: remote MCP servers at the provider are not allowed.' };
  const options = request['stream_options'];
  const isSilentStream = kind === 'openai' && path.endsWith('/chat/completions') && request['stream'] === true;
  if (!isSilentStream || (isRecord(options) && options['include_usage'] === true)) return { ok: true, body, addedStreamUsage: false };
  const asked = { ...request, stream_options: { ...(isRecord(options) ? options : {}), include_usage: true } };
  return { ok: true, body: Buffer.from(JSON.stringify(asked)), addedStreamUsage: true };
}

function reachesOutside(kind: UpstreamKind, request: Record<string, unknown>): boolean {
  if (kind === 'anthropic') return Array.isArray(request['mcp_servers']) && request['mcp_servers'].length > 0;
  return kind === 'openai' && Array.isArray(request['tools']) && request['tools'].some((tool) => isRecord(tool) && tool['type'] === 'mcp');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
