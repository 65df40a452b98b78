import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { RepoRef } from '#ports/forge-read.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import { behaviours, type Gap } from './suite.ts';

/** One implementation with a fresh repository that has no issues. */
export interface TrackerSubject {
  read: TrackerRead;
  write: TrackerWrite;
  repo: RepoRef;
  /** Comments of an issue, oldest first, wherever the implementation keeps them. */
  comments(number: number): Promise<Array<{ id: string; body: string }>>;
  /** Makes a pull request, which must not count as an issue; answers its number. Absent where there are none. */
  makePull?(): Promise<number>;
  close(): Promise<void>;
}

/** What every tracker must do, by the words of `ports/tracker-read.ts` and `ports/tracker-write.ts`. */
export function trackerContract(name: string, makeSubject: () => Promise<TrackerSubject>, options: { skip?: readonly Gap[] } = {}): void {
  describe(`tracker contract: ${name}`, () => {
    const { test, finish } = behaviours(options.skip ?? []);
    let subject: TrackerSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(() => subject.close());
    const make = (title: string, labels: string[] = []) =>
      subject.write.createIssue(subject.repo, { title, body: `About ${title}.`, labels, marker: `act:${title}` });
    const load = async (number: number) => {
      const issue = await subject.read.issue(subject.repo, number);
      if (issue === null) throw new Error(`issue ${number} is gone`);
      return issue;
    };

    test('an issue is made with all it was given', async () => {
      const { number } = await make('cart', ['bug']);
      const issue = await load(number);
      expect(issue).toMatchObject({ number, title: 'cart', state: 'open', closeReason: null, labels: ['bug'], assignees: [] });
      expect(issue.body.startsWith('About cart.')).toBe(true);
      expect(issue.externalId).not.toBe('');
      expect(issue.url).toMatch(/^https?:/);
    });

    test('an issue is one per marker, also made by two at the same moment', async () => {
      const made = await Promise.all([make('cart'), make('cart'), make('cart')]);
      expect(new Set(made.map(({ number }) => number)).size).toBe(1);
      expect((await subject.read.issues(subject.repo, { limit: 10 })).items).toHaveLength(1);
    });

    test('an issue that is not there is null', async () => {
      expect(await subject.read.issue(subject.repo, 4711)).toBeNull();
    });

    test('the text of an issue is replaced where it still is what was read, and twice is once', async () => {
      const { number } = await make('cart');
      const from = (await load(number)).body;
      const to = `${from}\n\n- [x] #1`;
      for (let i = 0; i < 2; i += 1) await subject.write.editBody(subject.repo, number, { from, to });
      expect((await load(number)).body).toBe(to);
    });

    test('the text of an issue that people changed meanwhile stays theirs', async () => {
      const { number } = await make('cart');
      const { body } = await load(number);
      await expect(subject.write.editBody(subject.repo, number, { from: 'Another text.', to: 'Ours.' })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'body_moved',
      });
      expect((await load(number)).body).toBe(body);
    });

    test('labels are a set: added and removed, twice is once', async () => {
      const { number } = await make('cart', ['bug', 'old']);
      for (let i = 0; i < 2; i += 1)
        await subject.write.setLabels(subject.repo, number, { add: ['bug', 'AI-Ready'], remove: ['old', 'never-there'] });
      expect((await load(number)).labels.toSorted()).toEqual(['AI-Ready', 'bug']);
    });

    test('who set a label is told, in any case of its letters; of one that nobody set nobody is', async () => {
      const { number } = await make('cart', ['bug']);
      await subject.write.setLabels(subject.repo, number, { add: ['AI-Ready'], remove: [] });
      const setter = await subject.read.labeledBy(subject.repo, number, 'ai-ready');
      expect(setter?.login).toMatch(/\w/);
      expect(setter?.at.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
      expect(await subject.read.labeledBy(subject.repo, number, 'never')).toBeNull();
      expect(await subject.read.labeledBy(subject.repo, 4711, 'bug')).toBeNull();
    });

    test('assignees are replaced as a whole', async () => {
      const { number } = await make('cart');
      await subject.write.setAssignees(subject.repo, number, ['ada', 'bob']);
      await subject.write.setAssignees(subject.repo, number, ['bob']);
      expect((await load(number)).assignees).toEqual(['bob']);
    });

    test('an issue is closed with its reason and opened again', async () => {
      const { number } = await make('cart');
      await subject.write.close(subject.repo, number, 'duplicate');
      await subject.write.close(subject.repo, number, 'duplicate');
      expect(await load(number)).toMatchObject({ state: 'closed', closeReason: 'duplicate' });
      await subject.write.reopen(subject.repo, number);
      expect(await load(number)).toMatchObject({ state: 'open', closeReason: null });
    });

    test('each change makes the time of change later', async () => {
      const { number } = await make('cart');
      const before = await load(number);
      await subject.write.setLabels(subject.repo, number, { add: ['a'], remove: [] });
      const between = await load(number);
      await subject.write.setLabels(subject.repo, number, { add: ['b'], remove: [] });
      const after = await load(number);
      expect(between.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
      expect(after.updatedAt.getTime()).toBeGreaterThan(between.updatedAt.getTime());
    });

    test('a comment is one per marker: made, then edited in place', async () => {
      const { number } = await make('cart');
      const first = await subject.write.putComment(subject.repo, number, { body: 'Which cart?', marker: 'act:q' });
      expect(await subject.write.putComment(subject.repo, number, { body: 'Which of the carts?', marker: 'act:q' })).toEqual(first);
      const comments = await subject.comments(number);
      expect(comments.map(({ id, body }) => [id, body.split('\n')[0]])).toEqual([[first.id, 'Which of the carts?']]);
    });

    test('writing to an issue that is not there is not found', async () => {
      await expect(subject.write.setLabels(subject.repo, 4711, { add: ['x'], remove: [] })).rejects.toMatchObject({ kind: 'not_found' });
      await expect(subject.write.close(subject.repo, 4711, 'completed')).rejects.toMatchObject({ kind: 'not_found' });
    });

    test('pages walk all issues once, by state', async () => {
      const numbers: number[] = [];
      for (const title of ['a', 'b', 'c', 'd', 'e']) numbers.push((await make(title)).number);
      await subject.write.close(subject.repo, numbers[1] ?? 0, 'completed');
      const seen: number[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await subject.read.issues(subject.repo, { state: 'open', limit: 2, cursor });
        seen.push(...page.items.map(({ number }) => number));
        expect(page.items.length).toBeLessThanOrEqual(2);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(numbers.filter((number) => number !== numbers[1]));
    });

    test('a pull request is not an issue', async () => {
      if (subject.makePull === undefined) throw new Error('the subject has no pull requests');
      const number = await subject.makePull();
      expect(await subject.read.issue(subject.repo, number)).toBeNull();
      expect((await subject.read.issues(subject.repo, { limit: 10 })).items).toEqual([]);
    });
    finish();
  });
}
