import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { ChatInput } from '#ports/chat.ts';
import type { ChatDeps } from './commands.context.ts';
import { answerForm } from './commands.form.ts';
import { announce, refresh, remind } from './commands.post.ts';
import { answerCommand, answerPress } from './commands.speak.ts';
import { decideAcknowledgement } from './decide.command.ts';
import { paragraph } from './decide.message.ts';
import type { Chat, ChatReceipt } from './model.ts';
import { finishDelivery, forgetOld, insertDelivery, takeUnfinished } from './store.ts';

/** Chat waits three seconds for an answer; a form that takes longer is closed, and its outcome is seen in the message. */
const FORM_WAIT_MS = 2000;

/** What was acknowledged is done in the background; whoever stops waits for it by `idle`. */
export function createChat(deps: ChatDeps): Chat {
  const under = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    under.add(work);
    work.finally(() => under.delete(work)).catch(() => {});
    return work;
  };
  return {
    async receive({ key, input }) {
      if (!(await insertDelivery(deps.db, key, input))) throw new AppError('conflict', 'This request was here before.', { code: 'replayed' });
      const work = track(handle(deps, key, input));
      return receipt(input, work);
    },
    async resume() {
      await forgetOld(deps.db);
      const taken = await takeUnfinished(deps.db, 20);
      for (const { key, message } of taken) await track(handle(deps, key, message));
      return taken.length;
    },
    announce: (id) => announce(deps, id),
    refresh: (id, cause) => refresh(deps, id, cause),
    remind: (id, cause, text) => remind(deps, id, cause, text),
    async idle() {
      while (under.size > 0) await Promise.allSettled(under);
    },
  };
}

type Problems = Record<string, string> | null;

async function receipt(input: ChatInput, work: Promise<Problems>): Promise<ChatReceipt> {
  if (input.kind === 'command') return { kind: 'command', text: decideAcknowledgement(input.command) };
  if (input.kind !== 'form') return { kind: 'nothing' };
  return { kind: 'form', problems: await Promise.race([work, delay(FORM_WAIT_MS, null, { ref: false })]) };
}

/**
 * Does what one delivery asks and marks it as done; never throws. A refusal is told to who spoke. When the chat or the database is
 * out of reach it stays undone, and `resume` comes back to it.
 */
async function handle(deps: ChatDeps, key: string, input: ChatInput): Promise<Problems> {
  try {
    const problems = await answer(deps, input);
    await finishDelivery(deps.db, key, null);
    return problems;
  } catch (error) {
    return failed(deps, key, input, error).catch((again: unknown) => {
      deps.log.warn({ error: messageOf(again) }, 'a request from chat waits for its next try');
      return null;
    });
  }
}

async function answer(deps: ChatDeps, input: ChatInput): Promise<Problems> {
  if (input.kind === 'command') await answerCommand(deps, input);
  if (input.kind === 'press') await answerPress(deps, input);
  return input.kind === 'form' ? answerForm(deps, input) : null;
}

async function failed(deps: ChatDeps, key: string, input: ChatInput, error: unknown): Promise<Problems> {
  if (!isAppError(error) || error.kind === 'unavailable' || error.kind === 'rate_limited' || error.kind === 'internal') throw error;
  const sentence = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  if (input.kind === 'form') {
    await finishDelivery(deps.db, key, error.code);
    return { [Object.keys(input.fields)[0] ?? 'form']: sentence.slice(0, 1900) };
  }
  if ('reply' in input && input.reply !== null) await deps.answers.reply(input.reply, paragraph(sentence)).catch(keepRefusal);
  await finishDelivery(deps.db, key, error.code);
  return null;
}

/** An address that refuses is no reason to try again for half an hour; one that cannot be reached is. */
function keepRefusal(error: unknown): void {
  if (!isAppError(error, 'refused')) throw error;
}
