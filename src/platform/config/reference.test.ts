import { expect, test } from 'vitest';
import { nearestName } from '#kernel/nearest-name.ts';
import { renderConfigReference, SECTIONS, SETTINGS } from './index.ts';

test('the reference has one row for each setting and section, with variable, default and secret mark', () => {
  const text = renderConfigReference();
  for (const setting of Object.values(SETTINGS)) expect(text.split('\n').filter((line) => line.includes(`\`${setting.variable}\``))).toHaveLength(1);
  for (const section of SECTIONS) expect(text).toContain(`| \`${section}\` |`);
  expect(text).toMatch(/`port` \| `REEVE_PORT` \| integer, 0 to 65535 \| `4400`/);
  expect(text).toMatch(/`REEVE_GITHUB_TOKEN`.*Secret\./);
});

test('every variable follows from its key, and every default is one its own kind accepts', () => {
  const settings = Object.values(SETTINGS);
  expect(settings.map((setting) => setting.variable)).toEqual(settings.map((setting) => `REEVE_${setting.key.toUpperCase()}`));
  const refused = settings.filter(
    (setting) => setting.default !== null && !Array.isArray(setting.default) && !setting.kind.parse(setting.default, '/').ok,
  );
  expect(refused.map((setting) => setting.key)).toEqual([]);
});

test.each([
  ['prot', 'port'],
  ['DATA-DIR', 'data_dir'],
  ['databse_url', 'database_url'],
  ['tokne', 'token'],
  ['completely_other_thing', null],
])('the nearest name to %s is %s', (given, expected) => {
  expect(nearestName(given, ['port', 'host', 'data_dir', 'database_url', 'token'])).toBe(expected);
});
