import { z } from 'zod';

/**
 * The part of MCP that a server with tools and nothing else must read.
 * https://modelcontextprotocol.io/specification/2025-06-18/schema
 */
const Id = z.union([z.string(), z.number()]);
export type MessageId = z.infer<typeof Id>;

const Params = z.record(z.string(), z.unknown());

export const Request = z.object({ jsonrpc: z.literal('2.0'), id: Id, method: z.string(), params: Params.default({}) });
export type Request = z.infer<typeof Request>;

/** Without an id: nobody waits for an answer. */
export const Notification = z.object({ jsonrpc: z.literal('2.0'), method: z.string(), params: Params.default({}) });

/** An answer to something we asked; we ask nothing. */
export const Answer = z.object({ jsonrpc: z.literal('2.0'), id: Id }).refine((message) => 'result' in message || 'error' in message);

export const InitializeParams = z.object({ protocolVersion: z.string() });

export const CallParams = z.object({
  name: z.string(),
  arguments: Params.default({}),
  _meta: z.object({ progressToken: Id.optional() }).optional().catch(undefined),
});
export type CallParams = z.infer<typeof CallParams>;

export const CancelledParams = z.object({ requestId: Id });

/** Revisions whose messages for tools are the same to us; the first is offered to those who speak none of them. */
export const PROTOCOL_VERSIONS = ['2025-06-18', '2025-11-25', '2025-03-26', '2024-11-05'] as const;
