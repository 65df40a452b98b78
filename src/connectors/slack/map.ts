import type { ChatButton, ChatField, ChatForm, ChatInput, ChatMessage, ChatPart } from '#ports/chat.ts';
import { BlockActions, SlashCommand, ViewSubmission } from './schema.ts';

type Json = Record<string, unknown>;

// Slack's own bounds: https://api.slack.com/reference/block-kit/blocks and .../block-elements
const MOST_HEADING = 150;
const MOST_SECTION = 3000;
const MOST_TITLE = 24;
const MOST_INITIAL = 3000;
const MOST_LABEL = 75;

/** Blocks in which no text is markup: `plain_text` and `rich_text` are shown as they are, mentions and links included. */
export function toBlocks(parts: readonly ChatPart[]): Json[] {
  return parts.map(toBlock);
}

function toBlock(part: ChatPart): Json {
  switch (part.kind) {
    case 'heading':
      return { type: 'header', text: plain(part.text, MOST_HEADING) };
    case 'text':
      return { type: 'section', text: plain(part.text, MOST_SECTION) };
    case 'note':
      return { type: 'context', elements: [plain(part.text, MOST_SECTION)] };
    case 'preformatted':
      return {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: part.text === '' ? ' ' : part.text }] }],
      };
    case 'buttons':
      return { type: 'actions', elements: part.buttons.map(toButton) };
  }
}

function toButton(button: ChatButton): Json {
  const style = { plain: undefined, good: 'primary', bad: 'danger' }[button.style];
  const element: Json = { type: 'button', action_id: button.id, value: button.value, text: plain(button.label, MOST_LABEL) };
  return style === undefined ? element : { ...element, style };
}

/** Text that Slack neither formats nor links; an empty one is refused there, hence the blank. */
function plain(text: string, most: number): Json {
  const points = Array.from(text === '' ? ' ' : text);
  return { type: 'plain_text', emoji: false, text: points.length > most ? `${points.slice(0, most - 1).join('')}…` : points.join('') };
}

/** The one text Slack reads as markup (`<!channel>`, `<@U1>`, links): without these three characters it has none of it. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function toMessage(message: ChatMessage): Json {
  return { text: escapeText(message.text), blocks: toBlocks(message.parts) };
}

export function toView(form: ChatForm): Json {
  return {
    type: 'modal',
    callback_id: form.id,
    private_metadata: form.value,
    title: plain(form.title, MOST_TITLE),
    submit: plain(form.submit, MOST_TITLE),
    close: plain('Cancel', MOST_TITLE),
    blocks: [...toBlocks(form.parts), ...form.fields.map(toInput)],
  };
}

function toInput(field: ChatField): Json {
  const block: Json = { type: 'input', block_id: field.id, optional: field.optional, label: plain(field.label, 2000), element: toElement(field) };
  return field.hint === null ? block : { ...block, hint: plain(field.hint, 2000) };
}

function toElement(field: ChatField): Json {
  if (field.kind !== 'choice') {
    const element: Json = { type: 'plain_text_input', action_id: 'value', multiline: field.kind === 'lines' };
    return field.initial === '' ? element : { ...element, initial_value: field.initial.slice(0, MOST_INITIAL) };
  }
  const options = field.choices.slice(0, 100).map(({ value, label }) => ({ text: plain(label, MOST_LABEL), value }));
  const initial = options.find((option) => option.value === field.initial);
  const element: Json = { type: 'static_select', action_id: 'value', options };
  return initial === undefined ? element : { ...element, initial_option: initial };
}

/** What somebody said, from the fields of a form-encoded body; null when it is none of Slack's shapes. */
export function fromFields(fields: Readonly<Record<string, string>>): ChatInput | null {
  if (fields['payload'] !== undefined) return fromPayload(fields['payload']);
  const parsed = SlashCommand.safeParse(fields);
  if (!parsed.success) return null;
  const { command, text, team_id, user_id, channel_id, response_url, trigger_id } = parsed.data;
  return {
    kind: 'command',
    speaker: { team: team_id ?? null, user: user_id },
    command: command.replace(/^\//, ''),
    text: text.trim(),
    channel: channel_id ?? null,
    reply: response_url ?? null,
    trigger: trigger_id ?? null,
  };
}

function fromPayload(text: string): ChatInput | null {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return null;
  }
  const type: unknown = (payload as { type?: unknown } | null)?.type;
  if (type === 'block_actions') return fromPress(payload);
  if (type === 'view_submission') return fromForm(payload);
  return typeof type === 'string' ? { kind: 'nothing', why: `not a kind we know: ${type.slice(0, 60)}` } : null;
}

function fromPress(payload: unknown): ChatInput | null {
  const parsed = BlockActions.safeParse(payload);
  const pressed = parsed.data?.actions[0];
  if (!parsed.success || pressed === undefined) return null;
  const { user, team, response_url, trigger_id } = parsed.data;
  return {
    kind: 'press',
    speaker: { team: team?.id ?? user.team_id ?? null, user: user.id },
    button: pressed.action_id,
    value: pressed.value ?? '',
    reply: response_url ?? null,
    trigger: trigger_id ?? null,
  };
}

function fromForm(payload: unknown): ChatInput | null {
  const parsed = ViewSubmission.safeParse(payload);
  if (!parsed.success) return null;
  const { user, team, view } = parsed.data;
  const fields: [string, string][] = Object.entries(view.state.values).map(([block, elements]) => {
    const [element] = Object.values(elements);
    return [block, element?.value ?? element?.selected_option?.value ?? ''];
  });
  return {
    kind: 'form',
    speaker: { team: team?.id ?? user.team_id ?? null, user: user.id },
    form: view.callback_id,
    value: view.private_metadata,
    fields: Object.fromEntries(fields),
  };
}
