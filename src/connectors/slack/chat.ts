import type { Clock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import type { ChatAnswers, ChatRead } from '#ports/chat.ts';
import type { ChatWrite } from '#ports/chat-write.ts';
import type { SlackClient } from './client.ts';
import { toMessage, toView } from './map.ts';
import { History, Posted, UserInfo } from './schema.ts';

const EVENT_TYPE = 'reeve_message';
const LOOK_BACK_S = 3600;

/** The three ports of chat on Slack. */
export function createSlackChat({ client, clock }: { client: SlackClient; clock: Clock }): ChatAnswers & ChatRead & ChatWrite {
  return {
    async openForm(trigger, form) {
      await client.call('views.open', { trigger_id: trigger, view: toView(form) });
    },
    reply: (address, message) => client.respond(address, { response_type: 'ephemeral', replace_original: false, ...toMessage(message) }),
    async userName(userId) {
      try {
        const { user } = UserInfo.parse(await client.call('users.info', { user: userId }));
        return [user.profile?.display_name, user.real_name, user.name].find((name) => name !== undefined && name !== '') ?? null;
      } catch (error) {
        if (isAppError(error, 'refused')) return null;
        throw error;
      }
    },
    async post(channel, message, marker) {
      const metadata = { event_type: EVENT_TYPE, event_payload: { marker } };
      const quiet = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };
      const posted = Posted.parse(await client.call('chat.postMessage', { channel, ...toMessage(message), ...quiet, metadata }));
      return { channel: posted.channel, message: posted.ts };
    },
    async find(channel, marker) {
      const oldest = String(Math.floor(clock.now().getTime() / 1000) - LOOK_BACK_S);
      const history = History.parse(await client.call('conversations.history', { channel, oldest, limit: 200, include_all_metadata: true }));
      const found = history.messages.find((message) => message.metadata?.event_payload?.marker === marker);
      return found === undefined ? null : { channel, message: found.ts };
    },
    async update(place, message) {
      await client.call('chat.update', { channel: place.channel, ts: place.message, ...toMessage(message) });
    },
  };
}
