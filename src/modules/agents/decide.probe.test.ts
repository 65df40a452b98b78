import { expect, test } from 'vitest';
import { adviceFor } from './decide.probe.ts';

const spec = { command: ['codex', '--acp'], env: [] as string[], network: 'gateway' as const };

test('advice names the command that has to be looked at, and by name alone the variables it is given', () => {
  for (const trouble of ['spawn_failed', 'crashed', 'protocol'] as const) expect(adviceFor(trouble, spec)).toMatch(/: codex --acp$/);
  expect(adviceFor('crashed', { ...spec, env: ['OPENAI_API_KEY', 'HOME'] })).toMatch(
    /codex --acp \(it is given these variables: OPENAI_API_KEY, HOME\)$/,
  );
});

test('what does not start is told to have been started inside a sandbox, where it was, and what that means for a wrapper', () => {
  for (const trouble of ['spawn_failed', 'crashed'] as const) {
    expect(adviceFor(trouble, spec)).toMatch(/inside a sandbox.*wrapper/);
    expect(adviceFor(trouble, { ...spec, sandbox: 'none' })).not.toContain('sandbox');
  }
});

test('a login that is missing is told for the network the agent has', () => {
  expect(adviceFor('login_needed', spec)).toContain('through the gateway');
  const open = adviceFor('login_needed', { ...spec, network: 'open' });
  expect(open).toContain('Log in once');
  expect(open).not.toContain('gateway');
});
