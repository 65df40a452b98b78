import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import { lines, show, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { wholeNumber } from './queue-options.ts';

interface Conversation {
  id: string;
  path: string;
  line: number | null;
  resolved: boolean;
  comments: Array<{ author: string; body: string }>;
  asked: Array<{ action_id: string; kind: string; status: string }>;
}

interface ConversationsBody {
  target: { forge: string; repo: string; number: number };
  items: Conversation[];
}

interface Proposed {
  action_id: string;
  status: string;
}

/** What people and agents say beside the lines of a pull request: reading, answering and ending it. */
export function addConversationCommands(pulls: Command, context: CliContext): void {
  addListCommand(pulls, context);
  pulls
    .command('reply <id> <conversation> [text...]')
    .description('answer in a conversation: Reeve posts it on the forge under its own name with yours below, or asks for a decision first')
    .action(async (id: string, conversation: string, words: string[]) => {
      const text = words.join(' ').trim();
      if (text === '') throw new AppError('invalid', 'There is no answer.', { hint: 'Give it as text after the conversation.' });
      const client = await context.api();
      const { thread, propose } = await conversationOf(client, id, conversation);
      const body = `${text}\n\n*Written in Reeve by ${await nameOfCaller(client)}.*`;
      tell(context, await propose('pr.thread.reply', { thread_id: thread.id, body }));
    });
  pulls
    .command('resolve <id> <conversation>')
    .description('end a conversation on its forge, or ask for a decision first; opening it again is done there')
    .action(async (id: string, conversation: string) => {
      const { thread, propose } = await conversationOf(await context.api(), id, conversation);
      if (thread.resolved) {
        const done = { action_id: null, status: 'executed' };
        return show(context.terminal, context.format(), done, () => 'It is resolved already.');
      }
      const underWay = thread.asked.find(({ kind, status }) => kind === 'pr.thread.resolve' && status !== 'failed' && status !== 'declined');
      tell(context, underWay ?? (await propose('pr.thread.resolve', { thread_id: thread.id })));
    });
}

function addListCommand(pulls: Command, { api, format, terminal }: CliContext): void {
  pulls
    .command('conversations <id>')
    .description('what is said beside its lines, as its forge has it now')
    .option('--open', 'only what is not resolved')
    .option('--limit <n>', 'most conversations', wholeNumber(1, 100_000), 100)
    .action(async (id: string, { open, limit }: { open?: boolean; limit: number }) => {
      const body = await (await api()).get<ConversationsBody>(`/v1/pulls/${encodeURIComponent(id)}/conversations`);
      const wanted = body.items.filter(({ resolved }) => open !== true || !resolved);
      const items = wanted.slice(0, limit);
      const more = wanted.length > limit;
      show(terminal, format(), { ...body, items, more }, () => {
        if (items.length === 0) return body.items.length === 0 ? 'Nothing is said beside its lines.' : 'Every conversation is resolved.';
        return [...items.map(conversationText), ...(more ? ['There are more; --limit shows them.'] : [])].join('\n\n');
      });
    });
}

const conversationText = ({ id, path, line, resolved, comments, asked }: Conversation): string =>
  [
    `${id}  ${path}${line === null ? '' : `:${line}`}${resolved ? ' (resolved)' : ''}`,
    ...comments.map(({ author, body }) => `  ${author}: ${withoutMarks(body).replaceAll('\n', '\n    ')}`),
    ...asked.map(({ action_id, kind, status }) => `  asked for: ${kind}, ${status} (${action_id})`),
  ]
    .map((text) => lines(text))
    .join('\n');

/** Without the comments by which Reeve finds its own texts again. */
const withoutMarks = (text: string): string => text.replaceAll(/<!--\s*reeve:[^>]*-->/g, '').trim();

/** One conversation of an open pull request, with how something is proposed about it. */
async function conversationOf(client: ApiClient, pullId: string, id: string) {
  const [pull, { target, items }] = await Promise.all([
    client.get<{ state: string; issue_id: string | null }>(`/v1/pulls/${encodeURIComponent(pullId)}`),
    client.get<ConversationsBody>(`/v1/pulls/${encodeURIComponent(pullId)}/conversations`),
  ]);
  const thread = items.find((item) => item.id === id);
  if (thread === undefined)
    throw new AppError('not_found', `The pull request has no conversation ${visible(id)}.`, {
      hint: `\`reeve pulls conversations ${pullId}\` shows them with their ids.`,
    });
  if (pull.state !== 'open') throw new AppError('conflict', `The pull request is ${pull.state}: its conversations are over.`);
  const propose = (kind: 'pr.thread.reply' | 'pr.thread.resolve', args: Record<string, string>): Promise<Proposed> =>
    client.post<Proposed>('/v1/actions/propose', { kind, target, args, work_item_id: pull.issue_id });
  return { thread, propose };
}

/** Words of somebody else that Reeve posts under its own name say whose they are. */
async function nameOfCaller(client: ApiClient): Promise<string> {
  const { person, subject } = await client.get<{ person: { handle: string } | null; subject: string }>('/v1/whoami');
  return person?.handle ?? subject;
}

/** What became of something that was proposed: the policy says whether it is done at once. */
function tell({ terminal, format, answerNo }: CliContext, proposed: Proposed): void {
  show(terminal, format(), proposed, () => proposedText(proposed));
  if (proposed.status === 'denied') answerNo();
}

function proposedText({ action_id: id, status }: Proposed): string {
  if (status === 'pending') return `It waits for a decision (reeve approvals show ${id}).`;
  if (status === 'denied') return 'The policy does not allow it. Nothing is sent.';
  if (status === 'shadowed') return 'The project only watches: it is written down, and nothing is sent.';
  return 'It is on its way to the forge.';
}
