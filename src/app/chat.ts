import type { PublishedEvent } from '#kernel/event.ts';
import { createSlack } from '#connectors/slack/index.ts';
import { createChatEffect, type ActionExecutor, type Effect } from '#modules/actions/index.ts';
import { renderCard, visible, type Approvals } from '#modules/approvals/index.ts';
import { approvalMessage, createChat, paragraph, type Chat, type ChatDeps } from '#modules/chat/index.ts';
import type { ChatDoor, ChatMessage } from '#ports/chat.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

export type ConnectedChat = { chat: Chat; door: ChatDoor };

/** Without a chat an `approval.notify` only leaves the receipt that it was allowed. */
const NOWHERE: Effect = { kind: 'approval.notify', check: async () => null, run: async () => ({ allowed: true }) };

interface Parts extends Pick<ChatDeps, 'people' | 'work' | 'triage' | 'repositoryName'> {
  actions: ChatDeps['actions'] & Pick<ActionExecutor, 'register'>;
  approvals: Approvals;
}

/** Slack, when both its secrets are configured; null without. Registers the effect of `approval.notify` either way. */
export function createAppChat({ config, db, log, clock, redactor }: Context, parts: Parts): ConnectedChat | null {
  const { actions, approvals } = parts;
  if (config.slackBotToken === null || config.slackSigningSecret === null) {
    actions.register(NOWHERE);
    return null;
  }
  const signingSecrets = config.slackSigningSecret
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
  const slack = createSlack({ apiUrl: config.slackApiUrl, botToken: config.slackBotToken, signingSecrets, clock });
  // Reasons and questions are typed by people, after the proposal's own texts were looked at.
  const clean = (message: ChatMessage): ChatMessage => JSON.parse(redactor.redact(JSON.stringify(message))) as ChatMessage;
  actions.register(
    createChatEffect({
      chat: slack.write,
      paragraph: (text) => clean(paragraph(text)),
      async message(approvalId) {
        const approval = await approvals.get(approvalId);
        return approval === null ? null : clean(approvalMessage(approval, { card: renderCard(approval.action), visible }));
      },
    }),
  );
  const chat = createChat({
    ...parts,
    db,
    log,
    source: 'slack',
    team: config.slackTeam,
    channel: config.slackChannel,
    answers: slack.answers,
    read: slack.read,
  });
  return { chat, door: slack.door };
}

const CHANGED = ['action.approved', 'action.declined', 'action.expired', 'action.superseded', 'action.withdrawn', 'approval.voted', 'approval.noted'];
const ASKED_AGAIN = ['approval.reassigned', 'approval.reminded', 'approval.escalated'];

/** What the channel hears of an approval. */
export function subscribeChat({ outbox }: Context, { connectedChat }: Pick<Modules, 'connectedChat'>): void {
  if (connectedChat === null) return;
  const { chat } = connectedChat;
  outbox.subscribe('chat.requested', ['approval.requested'], (event) => chat.announce(event.subject));
  outbox.subscribe('chat.changed', [...CHANGED, ...ASKED_AGAIN], (event) => chat.refresh(event.subject, event.id));
  outbox.subscribe('chat.asked', ASKED_AGAIN, (event) => chat.remind(event.subject, `asked:${event.id}`, askedText(event)));
}

function askedText({ type, data, subject }: PublishedEvent): string {
  const verb = { 'approval.reassigned': 'was passed to', 'approval.reminded': 'still waits for', 'approval.escalated': 'now also waits for' }[type];
  const { kind, text } = data;
  return `${typeof kind === 'string' ? kind : 'An action'} (${subject}) ${verb ?? 'waits for'} ${visible(typeof text === 'string' ? text : '').slice(0, 600)}`;
}
