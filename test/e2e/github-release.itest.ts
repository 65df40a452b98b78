import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeGithub } from '../fakes/github/index.ts';
import { BOT, COLLABORATORS, startStories, type Stories } from '../kit/github-stories.ts';

/* A tag of a version on GitHub: a draft of its release, and the entry of the changelog as a pull request. Each once; what people publish stays theirs. */
const MINUTE_MS = 60_000;
const SHOP = 'acme/shop';

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.0.0] - 2026-01-01

### Added

- Everything.

[unreleased]: https://github.example/acme/shop/compare/v1.0.0...HEAD
`;

let on: Stories;

async function prepare(github: FakeGithub): Promise<void> {
  await github.addRepository({ owner: 'acme', name: 'shop', files: { 'CHANGELOG.md': CHANGELOG, 'a.js': '1\n' }, collaborators: COLLABORATORS });
  await github.as('mona').tag(SHOP, 'v1.0.0');
}

beforeAll(async () => {
  on = await startStories({ skills: [], projects: { shop: { repo: SHOP } }, prepare });
}, 2 * MINUTE_MS);
afterAll(() => on?.end(), MINUTE_MS);

const releases = () => on.github.repository(SHOP).data.releases;
const did = (kind: string) => on.github.journal.effects.filter((effect) => effect.kind === kind && effect.repo === SHOP && effect.by === BOT);

/** A change that people made and merged by themselves. */
async function merged(branch: string, title: string, file: string): Promise<number> {
  await on.github.as('dora').push(SHOP, branch, { [file]: `${title}\n` });
  const { number } = await on.github.as('dora').openPull(SHOP, { title, head: branch });
  await on.github.as('mona').merge(SHOP, number);
  return number;
}

it('a tag drafts its release and asks for the changelog, once however often it is told', { timeout: 2 * MINUTE_MS }, async () => {
  const feature = await merged('express', 'feat: express shipping', 'b.js');
  const breaking = await merged('cents', 'fix!: totals are in cents', 'c.js');
  await on.github.as('mona').tag(SHOP, 'v1.1.0');
  await on.github.as('mona').tag(SHOP, 'nightly');

  const draft = await on.until('the release is drafted', async () => releases()[0]);
  expect(draft).toMatchObject({ tag: 'v1.1.0', draft: true, publishedAt: null, author: BOT });
  expect(draft.body?.split('\n').filter((line) => line.startsWith('## '))).toEqual(['## Breaking changes', '## New', '## Thanks to']);
  expect(draft.body).toMatch(new RegExp(`- Totals are in cents \\(\\[#${breaking}\\]\\([^)]*\\) by dora\\)`));
  expect(draft.body).toMatch(new RegExp(`- Express shipping \\(\\[#${feature}\\]`));

  const asked = await on.until('the changelog waits for a decision', async () => (await on.waiting('release.changelog'))[0]);
  expect(did('pull.created')).toEqual([]);
  const { digest } = await on.api.get<{ digest: string }>(`/v1/approvals/${asked.id}`);
  await on.api.post(`/v1/approvals/${asked.id}/decision`, { decision: 'approve', digest });
  const pull = await on.until('its pull request is open', async () => {
    const all = (await on.as('ada', 'GET', '/pulls?state=open', SHOP)) as unknown as Array<{ number: number; title: string; head: { ref: string } }>;
    return all[0];
  });
  expect(pull).toMatchObject({ title: 'Changelog for v1.1.0', head: { ref: 'reeve/changelog-v1.1.0' } });
  const files = (await on.as('ada', 'GET', `/pulls/${pull.number}/files`, SHOP)) as unknown as Array<{ filename: string; patch?: string }>;
  expect(files.map(({ filename }) => filename)).toEqual(['CHANGELOG.md']);
  const file = (await on.as('ada', 'GET', '/contents/CHANGELOG.md?ref=reeve/changelog-v1.1.0', SHOP)) as { content: string };
  const text = Buffer.from(file.content, 'base64').toString('utf8');
  expect(text.split('\n').filter((line) => /^#|^\[/.test(line))).toEqual([
    '# Changelog',
    '## [Unreleased]',
    expect.stringMatching(/^## \[1\.1\.0\] - \d{4}-\d\d-\d\d$/) as string,
    '### Changed',
    '### Added',
    '## [1.0.0] - 2026-01-01',
    '### Added',
    '[unreleased]: https://github.example/acme/shop/compare/v1.1.0...HEAD',
    '[1.1.0]: https://github.example/acme/shop/compare/v1.0.0...v1.1.0',
  ]);

  // Told again by its release, which people publish as it was drafted: nothing is written a second time.
  const { id, body } = draft;
  await on.as('mona', 'PATCH', `/releases/${id}`, SHOP, { draft: false });
  await on.github.settled();
  expect(releases().map((release) => [release.tag, release.draft, release.body])).toEqual([['v1.1.0', false, body]]);
  expect([did('release.created').length, did('release.edited').length, did('pull.created').length]).toEqual([1, 0, 1]);
});

it(
  'a release that people publish themselves is left as they wrote it, and the next tag tells only what came since',
  { timeout: 2 * MINUTE_MS },
  async () => {
    await merged('tax', 'fix: tax', 'd.js');
    await on.as('mona', 'POST', '/releases', SHOP, { tag_name: 'v1.2.0', name: 'Tax', body: 'Written by hand.', draft: false });
    await on.until('the changelog waits for a decision', async () => (await on.waiting('release.changelog'))[0]);
    await on.github.settled();
    expect(releases().filter(({ tag }) => tag === 'v1.2.0')).toMatchObject([{ body: 'Written by hand.', draft: false }]);

    const last = await merged('docs', 'docs: how to pay', 'e.js');
    await on.github.as('mona').tag(SHOP, 'v1.3.0');
    const draft = await on.until('the release is drafted', async () => releases().find(({ tag }) => tag === 'v1.3.0'));
    expect(draft.body?.match(/\[#\d+\]/g)).toEqual([`[#${last}]`]);
    expect(await on.api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);
