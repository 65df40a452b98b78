import type { PublishedEvent } from '#kernel/event.ts';
import { createSlack } from '#connectors/slack/index.ts';
import { createChatEffect, type ActionExecutor, type Effect } from '#modules/actions/index.ts';
import type { CallOutcome } from '#modules/connections/index.ts';
import { renderCard, visible, type Approvals } from '#modules/approvals/index.ts';
import { approvalMessage, createChat, outgoingForm, outgoingMessage, paragraph, type Chat, type ChatDeps } from '#modules/chat/index.ts';
import type { ChatDoor } from '#ports/chat.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

export type ConnectedChat = { chat: Chat; door: ChatDoor; check(): Promise<string> };

/** Without a chat an `approval.notify` only leaves the receipt that it was allowed. */
const NOWHERE: Effect = { kind: 'approval.notify', check: async () => null, run: async () => ({ allowed: true }) };

interface Parts extends Pick<ChatDeps, 'people' | 'work' | 'triage' | 'repositoryName' | 'projectsOf'> {
  actions: ChatDeps['actions'] & Pick<ActionExecutor, 'register'>;
  approvals: Approvals;
  onCall(outcome: CallOutcome): void;
}

/** Slack, when both its secrets are configured; null without. Registers the effect of `approval.notify` either way. */
export function createAppChat({ config, db, log, clock, redactor }: Context, parts: Parts): ConnectedChat | null {
  const { actions, approvals, onCall } = parts;
  if (config.slackBotToken === null || config.slackSigningSecret === null) {
    actions.register(NOWHERE);
    return null;
  }
  const signingSecrets = config.slackSigningSecret
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
  const slack = createSlack({ apiUrl: config.slackApiUrl, botToken: config.slackBotToken, signingSecrets, clock, onCall });
  // Titles come from strangers, reasons and questions from people, after the proposal's own texts were looked at: whatever the chat is
  // told goes by here.
  const redact = (text: string): string => redactor.redact(text);
  actions.register(
    createChatEffect({
      chat: slack.write,
      paragraph: (text) => outgoingMessage(paragraph(text), redact),
      async message(approvalId) {
        const approval = await approvals.get(approvalId);
        return approval === null ? null : outgoingMessage(approvalMessage(approval, { card: renderCard(approval.action), visible }), redact);
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
    answers: {
      openForm: (trigger, form) => slack.answers.openForm(trigger, outgoingForm(form, redact)),
      reply: (address, message) => slack.answers.reply(address, outgoingMessage(message, redact)),
    },
    read: slack.read,
  });
  return { chat, door: slack.door, check: slack.check };
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
