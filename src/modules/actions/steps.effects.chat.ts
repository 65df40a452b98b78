import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ChatMessage } from '#ports/chat.ts';
import type { ChatWrite } from '#ports/chat-write.ts';
import type { Action, Effect } from './model.ts';

export interface ChatEffectPorts {
  chat: ChatWrite;
  /** The approval as it stands now, as a message; null when it is gone. */
  message(approvalId: string): Promise<ChatMessage | null>;
  /** A paragraph as a message. */
  paragraph(text: string): ChatMessage;
}

const NotifyArgs = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('post'), approval_id: z.string(), channel: z.string() }),
  z.strictObject({ what: z.literal('update'), approval_id: z.string(), channel: z.string(), message: z.string() }),
  z.strictObject({ what: z.literal('remind'), approval_id: z.string(), channel: z.string(), text: z.string() }),
]);
type NotifyArgs = z.output<typeof NotifyArgs>;

/**
 * `approval.notify`: a message about an approval, posted once or edited in place. It always shows how the approval stands when it is sent, so
 * that a late one is not an old one.
 */
export function createChatEffect({ chat, message, paragraph }: ChatEffectPorts): Effect {
  const probe = async (action: Action): Promise<JsonObject | null> => {
    const args = parsed(action);
    if (args.what === 'update') return null; // editing again is the same as editing once
    const place = await chat.find(args.channel, action.id);
    return place === null ? null : { ...place };
  };
  return {
    kind: 'approval.notify',
    check: async () => null,
    probe,
    async run(action) {
      const args = parsed(action);
      if (args.what === 'remind') return { ...(await chat.post(args.channel, paragraph(args.text), action.id)) };
      const now = await message(args.approval_id);
      if (now === null) throw new AppError('not_found', `There is no approval ${args.approval_id}.`);
      if (args.what === 'post') return { ...(await chat.post(args.channel, now, action.id)) };
      await chat.update({ channel: args.channel, message: args.message }, now);
      return { channel: args.channel, message: args.message };
    },
  };
}

function parsed(action: Action): NotifyArgs {
  const args = NotifyArgs.safeParse(action.record.args);
  if (args.success) return args.data;
  throw new AppError('invalid', 'The arguments of approval.notify are malformed.', { code: 'action_malformed' });
}
