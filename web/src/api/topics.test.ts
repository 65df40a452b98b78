import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { restMsOf, topicsOf } from './topics.ts';

it('every event that the server streams makes something old besides the home page', () => {
  const reference = readFileSync(path.resolve(import.meta.dirname, '../../../docs/reference/events.md'), 'utf8');
  const streamed = [...reference.matchAll(/^\| `([a-z_.*]+)` \| [\w-]+ \| [\w-]+ \| yes \|/gm)].map(([, name]) => (name ?? '').replace('.*', '.x'));
  expect(streamed.length).toBeGreaterThan(80);
  expect(streamed.filter((name) => topicsOf(name).length < 2)).toEqual([]);
});

it('a role that changes is seen by whoever it is', () => {
  expect(topicsOf('person.changed')).toEqual(['home', 'people', 'whoami']);
});

it('what figures are counted from renews them, seldom; an agent that only goes on does not', () => {
  for (const type of [
    'event.received',
    'story.ended',
    'work_item.merged',
    'approval.voted',
    'ci.retry_begun',
    'change_request.landed',
    'target.moved',
  ])
    expect(topicsOf(type)).toContain('insights');
  expect(topicsOf('run.progress')).not.toContain('insights');
  expect(restMsOf('insights')).toBeGreaterThan(2 * restMsOf('issues'));
});
