import { AppError } from '#kernel/errors.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { ChatDoor } from '#ports/chat.ts';
import type { Chat } from './model.ts';

/** What a slash command or a form can carry, with room to spare. */
const BODY_LIMIT = 256 * 1024;

/** `POST /commands/slack`. Without a chat connected it says so; the signature is the only credential. */
export function chatRoutes(deps: { chat: Chat; door: ChatDoor } | null): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/commands/slack',
      summary: 'Slash commands and interactivity of Slack; signed, five minutes, once',
      tag: 'chat',
      access: 'public',
      rawBody: true,
      bodyLimit: BODY_LIMIT,
      response: { status: 200, schema: null },
      async handle({ headers, raw }) {
        if (deps === null)
          throw new AppError('unavailable', 'Slack is not connected.', {
            code: 'slack_not_connected',
            hint: 'Set REEVE_SLACK_BOT_TOKEN and REEVE_SLACK_SIGNING_SECRET.',
          });
        const { door, chat } = deps;
        const receipt = await chat.receive(door.open({ headers, body: raw ?? Buffer.alloc(0) }));
        if (receipt.kind === 'command') return new Reply(200, door.commandAnswer(receipt.text));
        // A press wants an empty answer; a body would be shown as a message.
        return new Reply(200, receipt.kind === 'form' ? door.formAnswer(receipt.problems) : undefined);
      },
    }),
  ];
}
