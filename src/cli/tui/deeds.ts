import { isAppError } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { ApprovalBody, BatchBody, PreviewBody } from './bodies.ts';
import { toEdited, toWritten } from './edit.ts';
import { changedTo, counted } from './format.ts';
import type { Effect, Message } from './model.ts';

/** What is asked of the server, or of a program of this machine. */
export type Deed = Exclude<Effect, { kind: 'quit' | 'suspend' | 'repaint' }>;
type DeedOf<Kind extends Deed['kind']> = Extract<Deed, { kind: Kind }>;

/** What this machine has beside the terminal. */
export interface Outside {
  /** Lets a person write; the terminal is the editor's meanwhile. */
  write(text: string): Promise<string>;
  /** False: there is no browser, or it did not open. */
  browse(url: string): Promise<boolean>;
}

const done = (text: string): Message => ({ kind: 'done', text, tone: 'good' });

/** Does what was confirmed; answers what became of it. AppError where it was refused. */
export async function carryOut(api: ApiClient, deed: Deed, outside: Outside): Promise<Message> {
  switch (deed.kind) {
    case 'stop':
      await api.post('/stop-job', { job_id: deed.runId });
      return done('The run is being stopped.');
    case 'decide':
      return done(await decide(api, deed));
    case 'note':
      await api.post(`/v1/approvals/${deed.id}/notes`, { kind: deed.as, text: deed.text });
      return done(deed.as === 'question' ? 'Asked; it goes on waiting.' : 'Answered; it goes on waiting.');
    case 'answer':
      await api.post(`/v1/questions/${deed.id}/answer`, { answer: deed.text });
      return done(`Answered; ${deed.agent} goes on.`);
    case 'edit':
      return edit(api, deed, outside);
    case 'modify':
      return modify(api, deed);
    case 'browse':
      return { kind: (await outside.browse(deed.url).catch(() => false)) ? 'opened' : 'unopened', url: deed.url };
  }
}

async function decide(api: ApiClient, { decision, chosen, reason, confirm }: DeedOf<'decide'>): Promise<string> {
  const [only] = chosen;
  const word = decision === 'approve' ? 'Approved' : 'Declined';
  if (only !== undefined && chosen.length === 1) {
    const body = { decision, digest: only.digest, reason, ...(confirm === null ? {} : { confirm }) };
    const { status, votes } = await api.post<ApprovalBody>(`/v1/approvals/${only.id}/decision`, body);
    return status === 'pending' ? `${votes.yes} of ${votes.needed} said yes; it waits for somebody else too.` : `${word}: ${only.headline}`;
  }
  const items = chosen.map(({ id, digest }) => ({ id, digest }));
  const answer = await api.post<BatchBody>('/v1/approvals/decisions', { decision, kind: only?.kind, reason, items });
  const refused = answer.items.filter(({ ok }) => !ok);
  const agreed = `${word} ${counted(answer.items.length - refused.length, 'action')}.`;
  return refused.length === 0 ? agreed : `${agreed} ${refused.length} refused: ${refused[0]?.detail ?? ''}`;
}

async function edit(api: ApiClient, { approval, written }: DeedOf<'edit'>, outside: Outside): Promise<Message> {
  const left = await outside.write(written ?? toWritten(approval.record.args));
  const outcome = await toEdited(approval, left, (args) => api.post<PreviewBody>(`/v1/approvals/${approval.id}/modification`, { args })).catch(
    // What was written is not lost to a server that does not answer.
    (error: unknown) => ({ kind: 'unfit', written: left, problem: error instanceof Error ? error.message : 'It was refused.' }) as const,
  );
  return { kind: 'edited', approval, outcome };
}

async function modify(api: ApiClient, { approval, args, reason }: DeedOf<'modify'>): Promise<Message> {
  const body = { decision: 'modify', digest: approval.digest, reason, modified_args: args };
  const { superseded_by: id } = await api.post<ApprovalBody>(`/v1/approvals/${approval.id}/decision`, body);
  if (id === null) return done(`Changed: ${approval.headline}`);
  try {
    const next = await api.get<ApprovalBody>(`/v1/approvals/${id}`);
    return next.status === 'pending' ? { kind: 'replaced', approval: next } : done(`It was changed, and is ${next.status}.`);
  } catch (error) {
    if (isAppError(error) && error.kind === 'not_found') return done('It was changed; the policy asks nobody about what stands in its place.');
    // It was changed, whatever else fails: an error would say that it was not.
    return done(changedTo(id));
  }
}
