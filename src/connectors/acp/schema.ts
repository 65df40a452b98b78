import { z } from 'zod';

/**
 * What we read of ACP v1 messages, and no more: agents differ in everything else, and a field we do not need must never
 * be the reason why a run fails. https://agentclientprotocol.com/protocol/v1/schema
 */
const optionalText = z.string().nullable().catch(null);

export const InitializeAnswer = z.object({
  protocolVersion: z.number(),
  agentInfo: z.object({ name: optionalText, title: optionalText, version: optionalText }).nullable().catch(null),
  agentCapabilities: z
    .looseObject({ mcpCapabilities: z.looseObject({ http: z.boolean().catch(false) }).catch({ http: false }) })
    .catch({ mcpCapabilities: { http: false } }),
  authMethods: z.array(z.object({ id: z.string(), name: optionalText }).nullable().catch(null)).catch([]),
});

const Mode = z.object({ id: z.string(), name: optionalText });

export const NewSessionAnswer = z.object({
  sessionId: z.string().min(1),
  modes: z
    .object({ availableModes: z.array(Mode) })
    .nullable()
    .catch(null),
});
export type NewSessionAnswer = z.infer<typeof NewSessionAnswer>;

const count = z.number().nonnegative().catch(0);
/** `usage` is of the unstable part of v1; several agents send it. */
export const PromptAnswer = z.object({
  stopReason: z.string(),
  usage: z.object({ inputTokens: count, outputTokens: count }).nullable().catch(null),
});
export type PromptAnswer = z.infer<typeof PromptAnswer>;

/** A tool call or an update of one: every field but the id may be missing. */
export const ToolFields = z.object({
  toolCallId: z.string().catch(''),
  title: optionalText,
  kind: optionalText,
  status: optionalText,
  locations: z.array(z.unknown()).nullable().catch(null),
  content: z.array(z.unknown()).nullable().catch(null),
  rawInput: z.unknown().optional(),
});
export type ToolFields = z.infer<typeof ToolFields>;

const PermissionOption = z.object({ optionId: z.string(), name: z.string().catch(''), kind: z.string().catch('') });
export type PermissionOption = z.infer<typeof PermissionOption>;

export const PermissionCall = z.object({ toolCall: ToolFields, options: z.array(PermissionOption) });

export const SessionUpdate = z.object({ update: z.looseObject({ sessionUpdate: z.string() }) });
export const PlanUpdate = z.object({ entries: z.array(z.object({ content: z.string().catch(''), status: z.string().catch('pending') })).catch([]) });
export const UsageUpdate = z.object({ used: count });
export const NoticeUpdate = z.object({ title: z.string().catch(''), description: optionalText, severity: z.string().catch('info') });
export const ContentUpdate = z.object({
  content: z
    .object({ type: z.string(), text: optionalText, name: optionalText, uri: optionalText })
    .catch({ type: 'unknown', text: null, name: null, uri: null }),
});
