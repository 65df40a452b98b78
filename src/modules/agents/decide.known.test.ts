import { describe, expect, test } from 'vitest';
import { commandOf, configuredWith, modelNameOf, specInput, type Configured } from './decide.known.ts';
import { KNOWN_AGENTS, type AddedAgent } from './model.known.ts';
import { AgentSpec } from './model.ts';

const spec = (command: string) => AgentSpec.parse({ command: [command] });
const added = (name: string, roles: AddedAgent['roles'], minute: number): AddedAgent => ({
  name,
  known: name,
  spec: spec(name),
  roles,
  addedBy: 'person:owner',
  addedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});

describe('the command of a known agent', () => {
  test('names the configured model where the agent wants to be told', () => {
    const gemini = { program: 'gemini', args: ['--acp', '-m', '{model}', '--quiet'] };
    expect(commandOf(gemini, 'gemini-x')).toEqual(['gemini', '--acp', '-m', 'gemini-x', '--quiet']);
  });

  test('leaves the option out with its value where no model is configured', () => {
    expect(commandOf({ program: 'gemini', args: ['--acp', '-m', '{model}', '--quiet'] }, null)).toEqual(['gemini', '--acp', '--quiet']);
    expect(commandOf({ program: 'codex-acp', args: [] }, null)).toEqual(['codex-acp']);
  });

  test.each([
    ['anthropic/claude-x', 'claude-x'],
    ['compatible/org/model', 'org/model'],
    ['rules', null],
    ['agent:codex', null],
  ])('of the setting %s the model is %s', (setting, name) => expect(modelNameOf(setting)).toBe(name));

  test('is one that an entry of the configuration file could have, for every known agent', () => {
    for (const known of KNOWN_AGENTS)
      for (const model of ['some-model', null]) {
        const parsed = AgentSpec.parse(specInput({ command: commandOf(known, model), network: 'open', variables: known.variables }));
        expect(parsed.command.join(' ')).not.toContain('{model}');
        expect(parsed.sandbox).toBeUndefined();
        expect(parsed.env).toEqual(known.variables);
      }
  });

  test('a sealed agent is given no variable, because its keys stay outside', () => {
    expect(AgentSpec.parse(specInput({ command: ['x'], network: 'gateway', variables: ['OPENAI_API_KEY'] })).env).toEqual([]);
  });
});

describe('agents in force', () => {
  const file: Configured = { agents: { codex: spec('codex-of-the-file') }, roles: { coder: 'codex' } };

  test('are those of the file and those added, and the file is never overruled', () => {
    const now = configuredWith(file, [added('codex', ['coder', 'tester'], 1), added('claude', ['coder', 'reviewer'], 2)]);
    expect(now.agents['codex']?.command).toEqual(['codex-of-the-file']);
    expect(Object.keys(now.agents)).toEqual(['codex', 'claude']);
    expect(now.roles).toEqual({ coder: 'codex', reviewer: 'claude' });
  });

  test('of two added for a role the later has it', () => {
    const now = configuredWith({ agents: {}, roles: {} }, [added('b', ['coder'], 9), added('a', ['coder', 'reviewer'], 3)]);
    expect(now.roles).toEqual({ coder: 'b', reviewer: 'a' });
  });
});
