import { expect } from 'vitest';
import type { NewReview } from '#ports/forge-write.ts';
import type { ForgeSubject } from './forge.ts';
import { makeCommit } from './git-fixture.ts';

interface Context extends ForgeSubject {
  start: string;
  base: string;
}
type Test = (name: string, run: () => Promise<void>) => void;

/** A pull request that changes the only line of src/a.txt. */
async function opened({ write, repo, mirrorDir, start, base }: Context): Promise<{ number: number; headSha: string }> {
  const headSha = await makeCommit(mirrorDir, start, { 'src/a.txt': 'two\n' });
  await write.pushBranch(repo, { mirrorDir, sha: headSha, branch: 'ai-1', expected: null });
  const pull = { title: 'Change a', body: 'Why.', headBranch: 'ai-1', baseBranch: base, draft: false, labels: [], marker: 'act:ai-1' };
  return { number: (await write.createPull(repo, pull)).number, headSha };
}

const remark = (marker: string, body: string, path = 'src/a.txt', line = 1): NewReview['comments'][number] => ({ path, line, body, marker });
const firstLine = (body: string): string => body.split('\n')[0] ?? '';

/** What a forge keeps of reviews, by the words of `ports/forge-read.ts` and `ports/forge-write.ts`. */
export function reviewing(test: Test, context: () => Context): void {
  const reviewsOf = async (number: number, marker?: string) => {
    const { read, repo } = context();
    return (await read.reviews(repo, number, marker)).filter(({ body }) => body !== '');
  };
  const threadsOf = async (number: number) => {
    const { read, repo } = context();
    return (await read.reviewThreads(repo, number)).map(
      ({ path, line, resolved, comments }) =>
        `${path}:${line} ${resolved ? 'resolved' : 'open'} ${comments.map(({ body }) => firstLine(body)).join(' | ')}`,
    );
  };

  test('a review takes no side and has its remarks beside the lines they are about', async () => {
    const { write, repo } = context();
    const { number, headSha } = await opened(context());
    expect(await reviewsOf(number)).toEqual([]);
    const put = await write.putReview(repo, number, { headSha, body: 'All in all fine.', marker: 'act:r', comments: [remark('act:1', 'Why two?')] });
    expect(put.refused).toEqual([]);
    const [review, ...more] = await reviewsOf(number, 'act:r');
    expect(more).toEqual([]);
    expect(review).toMatchObject({ id: put.id, verdict: 'commented', headSha });
    expect(firstLine(review?.body ?? '')).toBe('All in all fine.');
    expect(await threadsOf(number)).toEqual(['src/a.txt:1 open Why two?']);
    expect(await reviewsOf(number, 'act:other')).toEqual([]);
  });
  test('put again a review is edited in place, and only the remarks that are not there yet are added', async () => {
    const { write, repo, mirrorDir } = context();
    const { number, headSha } = await opened(context());
    const first = await write.putReview(repo, number, { headSha, body: 'One.', marker: 'act:r', comments: [remark('act:1', 'Why two?')] });
    const next = await makeCommit(mirrorDir, headSha, { 'src/b.txt': 'b\n' });
    await write.pushBranch(repo, { mirrorDir, sha: next, branch: 'ai-1', expected: headSha });
    const comments = [remark('act:1', 'Why two, again?'), remark('act:2', 'Why b?', 'src/b.txt')];
    const second = await write.putReview(repo, number, { headSha: next, body: 'Two.', marker: 'act:r', comments });
    expect(second).toEqual({ id: first.id, refused: [] });
    expect((await reviewsOf(number)).map(({ body }) => firstLine(body))).toEqual(['Two.']);
    expect(await threadsOf(number)).toEqual(['src/a.txt:1 open Why two?', 'src/b.txt:1 open Why b?']);
  });
  test('a remark on no line of the diff is refused alone: the review and the other remarks stand', async () => {
    const { write, repo } = context();
    const { number, headSha } = await opened(context());
    const comments = [remark('act:1', 'x', 'README.md'), remark('act:2', 'Why two?'), remark('act:3', 'y', 'src/a.txt', 40)];
    const put = await write.putReview(repo, number, { headSha, body: 'One.', marker: 'act:r', comments });
    expect(put.refused).toEqual(['act:1', 'act:3']);
    expect(await reviewsOf(number)).toHaveLength(1);
    expect(await threadsOf(number)).toEqual(['src/a.txt:1 open Why two?']);
  });
  test('a review made by two at the same moment is one', async () => {
    const { write, repo } = context();
    const { number, headSha } = await opened(context());
    const review = { headSha, body: 'Once.', marker: 'act:r', comments: [remark('act:1', 'Why two?')] };
    await Promise.all([1, 2, 3].map(() => write.putReview(repo, number, review)));
    expect(await reviewsOf(number)).toHaveLength(1);
    expect(await threadsOf(number)).toHaveLength(1);
  });
  test('a conversation is answered once per marker and ended once', async () => {
    const { read, write, repo } = context();
    const { number, headSha } = await opened(context());
    await write.putReview(repo, number, { headSha, body: 'One.', marker: 'act:r', comments: [remark('act:1', 'Why two?')] });
    const threadId = (await read.reviewThreads(repo, number))[0]?.id ?? '';
    const answer = await write.replyToThread(repo, number, { threadId, body: 'Because.', marker: 'act:a' });
    expect(await write.replyToThread(repo, number, { threadId, body: 'Because, because.', marker: 'act:a' })).toEqual(answer);
    for (let time = 0; time < 2; time += 1) await write.resolveThread(repo, number, threadId);
    expect(await threadsOf(number)).toEqual(['src/a.txt:1 resolved Why two? | Because.']);
  });
  test('people are asked for a review once, and whoever the forge does not take is told', async () => {
    const { read, write, repo, reviewer } = context();
    const { number } = await opened(context());
    expect(await read.requestedReviewers(repo, number)).toEqual([]);
    expect(await write.requestReviewers(repo, number, [reviewer.author, reviewer.login])).toEqual({ refused: [reviewer.author] });
    expect(await write.requestReviewers(repo, number, [reviewer.login])).toEqual({ refused: [] });
    expect(await read.requestedReviewers(repo, number)).toEqual([reviewer.login]);
  });
  test('a conversation that is not there is not found', async () => {
    const { write, repo } = context();
    const { number } = await opened(context());
    await expect(write.replyToThread(repo, number, { threadId: 'nowhere', body: 'x', marker: 'act:a' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(write.resolveThread(repo, number, 'nowhere')).rejects.toMatchObject({ kind: 'not_found' });
  });
}
