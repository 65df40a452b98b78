import { sanitizeText, type TextKind } from '#kernel/sanitize.ts';
import type { ChatField, ChatForm, ChatMessage, ChatPart } from '#ports/chat.ts';

/** Replaces secrets in one text. */
export type Redact = (text: string) => string;

/** A hidden character as cards show it. */
const ESCAPES = /\\u\{[0-9A-Fa-f]{1,6}\}/g;

/** A message as it may leave: each text by itself, redacted and through the sanitizer; ids and values of buttons stay. */
export function outgoingMessage(message: ChatMessage, redact: Redact): ChatMessage {
  return { text: outgoing(message.text, 'line', redact), parts: message.parts.map((part) => outgoingPart(part, redact)) };
}

/** The same for a form; what comes back from it (ids, values of choices) stays. */
export function outgoingForm(form: ChatForm, redact: Redact): ChatForm {
  return { ...form, parts: form.parts.map((part) => outgoingPart(part, redact)), fields: form.fields.map((field) => outgoingField(field, redact)) };
}

function outgoingPart(part: ChatPart, redact: Redact): ChatPart {
  if (part.kind === 'buttons') return part;
  return { ...part, text: outgoing(part.text, part.kind === 'heading' ? 'line' : 'plain', redact) };
}

function outgoingField(field: ChatField, redact: Redact): ChatField {
  const choices = field.choices.map(({ value, label }) => ({ value, label: outgoing(label, 'line', redact) }));
  // The initial value of a choice is one of their values.
  return { ...field, choices, initial: field.kind === 'choice' ? field.initial : outgoing(field.initial, 'plain', redact) };
}

/** Secrets are looked for before and after, and between: neither a hidden character inside one nor its escape on a card saves it. */
function outgoing(text: string, kind: TextKind, redact: Redact): string {
  const clean = redact(sanitizeText(redact(text), kind));
  const bare = clean.replaceAll(ESCAPES, '');
  const redacted = redact(bare);
  return sanitizeText(redacted === bare ? clean : redacted, kind);
}
