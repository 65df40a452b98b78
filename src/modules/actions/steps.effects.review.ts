import type { ReviewThread } from '#ports/forge-read.ts';
import type { Effect } from './model.ts';
import { effectOf, type EffectPorts, type Subject } from './steps.effects.ts';

type Numbered = Pick<Subject<'pr.review'>, 'repo' | 'number'>;

/** Reviews of pull requests and the conversations beside their lines. `open`: a sentence when the pull request is not open. */
export function createReviewEffects({ forge }: EffectPorts, open: (subject: Numbered) => Promise<string | null>): Effect[] {
  async function threadOf({ repo, number }: Numbered, id: string): Promise<ReviewThread | null> {
    const threads = await forge(repo.forge).read.reviewThreads(repo, number);
    return threads.find((thread) => thread.id === id) ?? null;
  }
  const there = async (subject: Numbered & { args: { thread_id: string } }) =>
    (await open(subject)) ?? ((await threadOf(subject, subject.args.thread_id)) === null ? 'The conversation is gone.' : null);
  /** Those who were neither asked nor have reviewed already. Logins are one name in any case. */
  async function unasked({ repo, number, args }: Subject<'pr.reviewers'>): Promise<string[]> {
    const { read } = forge(repo.forge);
    const known = [...(await read.requestedReviewers(repo, number)), ...(await read.reviews(repo, number)).map(({ author }) => author)];
    const there = new Set(known.map((login) => login.toLowerCase()));
    return args.reviewers.filter((login) => !there.has(login.toLowerCase()));
  }
  return [
    effectOf('pr.comment.answer', {
      async run({ repo, number, args, marker }) {
        const { id } = await forge(repo.forge).write.putComment(repo, number, { body: args.body, marker: args.marker ?? marker });
        return { comment_id: id };
      },
    }),
    // No probe: the review is found by its marker, and only what differs is written.
    effectOf('pr.review', {
      check: open,
      async run({ repo, number, args }) {
        const { head_sha: headSha, body, marker, comments } = args;
        const { id, refused } = await forge(repo.forge).write.putReview(repo, number, { headSha, body, marker, comments });
        return { review_id: id, head_sha: headSha, beside_lines: comments.length - refused.length, refused_lines: refused };
      },
    }),
    effectOf('pr.reviewers', {
      check: open,
      async probe(subject) {
        return (await unasked(subject)).length === 0 ? { asked: [], refused: [] } : null;
      },
      async run(subject) {
        // Whoever has answered is off the forge's list: asking them again would be another request.
        const asked = await unasked(subject);
        const { refused } = await forge(subject.repo.forge).write.requestReviewers(subject.repo, subject.number, asked);
        return { asked: asked.filter((login) => !refused.includes(login)), refused };
      },
    }),
    // Nor here: an answer is found by its marker.
    effectOf('pr.thread.reply', {
      check: there,
      async run({ repo, number, args, marker }) {
        const answer = { threadId: args.thread_id, body: args.body, marker: args.marker ?? marker };
        const { id } = await forge(repo.forge).write.replyToThread(repo, number, answer);
        return { comment_id: id, thread_id: args.thread_id };
      },
    }),
    effectOf('pr.thread.resolve', {
      check: there,
      async probe({ repo, number, args }) {
        return (await threadOf({ repo, number }, args.thread_id))?.resolved === true ? { thread_id: args.thread_id } : null;
      },
      async run({ repo, number, args }) {
        await forge(repo.forge).write.resolveThread(repo, number, args.thread_id);
        return { thread_id: args.thread_id };
      },
    }),
  ];
}
