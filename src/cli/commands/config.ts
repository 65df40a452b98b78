import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

interface ConfigBody {
  settings: Array<{ key: string; value: unknown; default: unknown; description: string }>;
}

/** `reeve config view|set|unset`, also `view-config` and `update-config` (B4). */
export function addConfigCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const view = async () => {
    const body = await (await api()).get<ConfigBody>('/v1/config');
    show(terminal, format(), body, () =>
      table(
        ['KEY', 'VALUE', 'DEFAULT', 'WHAT'],
        body.settings.map((item) => [item.key, JSON.stringify(item.value), JSON.stringify(item.default), item.description]),
      ),
    );
  };
  const change = async (changes: Record<string, unknown>) => {
    const body = await (await api()).patch<ConfigBody>('/v1/config', changes);
    show(terminal, format(), body, () =>
      Object.keys(changes)
        .map((key) => `${key} = ${JSON.stringify(body.settings.find((item) => item.key === key)?.value)}`)
        .join('\n'),
    );
  };

  const config = program.command('config').description('settings that can change while Reeve runs');
  config.command('view', { isDefault: true }).description('all settings').action(view);
  config
    .command('set <key> <value>')
    .description('change one; the value is JSON or plain text')
    .action(async (key: string, value: string) => change({ [key]: parseValue(value) }));
  config
    .command('unset <key>')
    .description('back to the default')
    .action(async (key: string) => change({ [key]: null }));
  program.command('view-config').description('the same as `config view`').action(view);
  program
    .command('update-config <key> <value>')
    .description('the same as `config set`')
    .action(async (key: string, value: string) => change({ [key]: parseValue(value) }));
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
