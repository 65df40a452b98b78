import { SECTIONS, SETTINGS, type SectionName, type Setting } from './settings.ts';

const SECTION_TEXT: Record<SectionName, string> = {
  agents: 'Agents by name: harness, command, variables they may see, network, limits.',
  roles: 'Which agent takes which role: coder, reviewer, tester, planner. A project may name its own.',
  projects: 'Projects by key: repository, setup, checks, regenerated files, network and sandbox of their commands.',
  people: 'People by handle: name, e-mail, skills, capacity, time zone, WIP limit, role.',
  teams: 'Teams by key and their people.',
};

/** docs/reference/config.md, from the table of settings. */
export function renderConfigReference(): string {
  const rows = (Object.values(SETTINGS) as Setting<unknown>[]).map(
    (setting) =>
      `| ${setting.variableOnly ? '' : `\`${setting.key}\``} | \`${setting.variable}\`${setting.alias === null ? '' : `, \`${setting.alias}\``} | ${cell(setting.kind.label)} | ${defaultText(setting)} | ${cell(setting.description)}${setting.secret ? ' Secret.' : ''} |`,
  );
  return [
    '# Settings',
    '',
    'Generated from `src/platform/config/settings.ts`; edit that table, not this page.',
    '',
    'Settings are read once, at start, from `reeve.yaml` and the environment; the environment wins. A nested map is the same as',
    'its keys joined with `_`: `github: { token: … }` is `github_token: …`. Relative paths count from the folder of the file, in',
    'variables from the working folder. An unknown key or an unknown `REEVE_` variable is an error. What can be changed while',
    'Reeve runs is shown by `reeve config view`.',
    '',
    '| key | variable | type | default | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '## Sections of reeve.yaml',
    '',
    '| section | holds |',
    '|---|---|',
    ...SECTIONS.map((name) => `| \`${name}\` | ${SECTION_TEXT[name]} |`),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function defaultText(setting: Setting<unknown>): string {
  const value = setting.default;
  if (value === null) return '';
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : `\`${value.join(', ')}\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
