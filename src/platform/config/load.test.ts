import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { loadConfig, publicUrlOf, type Environment, type Problem } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'reeve-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const write = (text: string, name = 'reeve.yaml'): string => {
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const load = (env: Environment = {}) => loadConfig({ env, cwd });

function problemsOf(run: () => unknown): Problem[] {
  const refusal = refusalOf(run);
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ kind: 'invalid', code: 'config_invalid' });
  return (refusal as AppError).detail.problems as Problem[];
}

function refusalOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected a refusal');
}

describe('values', () => {
  test('without file and environment everything has its default', () => {
    const config = load();
    expect(config).toMatchObject({
      port: 4400,
      host: '127.0.0.1',
      databaseUrl: null,
      model: 'rules',
      shadow: false,
      repoAllowlist: [],
      file: null,
      githubApiUrl: 'https://api.github.com',
    });
    expect(config.dataDir).toBe(path.join(cwd, '.reeve'));
    expect(config.sourceOf('port')).toBe('default');
  });

  test('the file is read, and the environment wins over it', () => {
    write('port: 5001\nhost: 0.0.0.0\nshadow: true\n');
    const config = load({ REEVE_PORT: '5002' });
    expect(config).toMatchObject({ port: 5002, host: '0.0.0.0', shadow: true });
    expect([config.sourceOf('port'), config.sourceOf('host'), config.sourceOf('logLevel')]).toEqual(['environment', 'file', 'default']);
  });

  test('a nested map is the same as joined keys, and a variable name is a key too', () => {
    write('github: { token: abc, api_url: https://ghe.example/api/v3/ }\nslack_bot_token: xoxb\nREEVE_PORT: 1\n');
    expect(load()).toMatchObject({ githubToken: 'abc', githubApiUrl: 'https://ghe.example/api/v3', slackBotToken: 'xoxb', port: 1 });
  });

  test('REEVE_CONFIG names the file; its relative paths count from its folder, those of variables from the working folder', () => {
    write('data_dir: data\npolicy: ./p.yaml\n', 'conf/main.yaml');
    const config = load({ REEVE_CONFIG: 'conf/main.yaml', REEVE_POLICY: 'mine.yaml' });
    expect(config).toMatchObject({ dataDir: path.join(cwd, 'conf/data'), policy: path.join(cwd, 'mine.yaml'), baseDir: path.join(cwd, 'conf') });
  });

  test('lists come as YAML lists or separated by commas', () => {
    write('repo_allowlist: [acme/*, other/shop]\n');
    expect(load({ REEVE_GITHUB_WEBHOOK_SECRET: 'one, two' })).toMatchObject({
      repoAllowlist: ['acme/*', 'other/shop'],
      githubWebhookSecret: ['one', 'two'],
    });
  });

  test('an empty variable and an empty value in the file are as if they were not there', () => {
    write('port:\nmodel: compatible/small\nmodel_base_url: http://127.0.0.1:9/v1\n');
    expect(load({ REEVE_HOST: '', REEVE_MODEL: ' ' })).toMatchObject({ port: 4400, host: '127.0.0.1', model: 'compatible/small' });
  });

  test('the standard OpenTelemetry variable is honoured when ours is not set', () => {
    expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }).otlpEndpoint).toBe('http://collector:4318');
    expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', REEVE_OTLP_ENDPOINT: 'http://b' }).otlpEndpoint).toBe('http://b');
  });

  test('a PEM key in one line gets its line breaks back', () => {
    const config = load({ REEVE_GITHUB_APP_ID: '12', REEVE_GITHUB_PRIVATE_KEY: '-----BEGIN KEY-----\\nabc\\n-----END KEY-----' });
    expect(config.githubPrivateKey).toBe('-----BEGIN KEY-----\nabc\n-----END KEY-----');
  });

  test('secrets are gathered for redaction: whole values, each of a list, and the password of the database address', () => {
    const config = load({
      REEVE_GITHUB_TOKEN: 'ghp_1',
      REEVE_GITHUB_WEBHOOK_SECRET: 'aa,bb',
      REEVE_DATABASE_URL: 'postgres://reeve:p%40ss@db/reeve',
    });
    expect(config.secrets).toEqual(expect.arrayContaining(['ghp_1', 'aa', 'bb', 'p%40ss', 'p@ss']));
    expect(config.secrets).not.toContain('postgres://reeve:p%40ss@db/reeve');
  });

  test.each([
    ['https://reeve:t%2Fok@git.example/kept.git', ['t%2Fok', 't/ok']],
    ['https://reeve:p@ss@git.example/kept.git', ['p@ss']],
    ['HTTPS://reeve:p@ss@git.example/kept.git', ['p@ss']],
    ['https://reeve:100%@git.example/kept.git', ['100%']],
    ['https://reeve:p#ss@git.example/kept.git', ['p#ss']],
    ['https://ghp_a@git.example/kept.git', ['ghp_a']],
    ['https://github_pat_a@git.example/kept.git', ['github_pat_a']],
    ['https://glpat-a@git.example/kept.git', ['glpat-a']],
    ['HTTPS://0a1b2c3d4e5f6a7b8c9d@git.example/kept.git', ['0a1b2c3d4e5f6a7b8c9d']],
    ['https://glpat-a:@git.example/kept.git', ['glpat-a']],
    ['https://contoso-engineering@dev.azure.com/contoso-engineering/kept/_git/kept', []],
    ['https://reeve2@git.example/kept.git', []],
    ['ssh://git@git.example/kept.git', []],
    ['/srv/kept.git', []],
  ])('what opens the repository of checkpoints in %s is a secret, the address is not', (address, secrets) => {
    expect(load({ REEVE_LEDGER_CHECKPOINT_GIT: address }).secrets).toEqual(secrets);
  });

  test('only named variables of the environment are handed out', () => {
    expect(load({ PATH: '/bin', SECRET: 'x' }).environment(['PATH', 'GONE'])).toEqual({ PATH: '/bin' });
  });

  test('links begin with the public URL, or with host and bound port', () => {
    expect(publicUrlOf(load(), 4401)).toBe('http://127.0.0.1:4401');
    expect(publicUrlOf(load({ REEVE_HOST: '0.0.0.0' }), 80)).toBe('http://localhost:80');
    expect(publicUrlOf(load({ REEVE_HOST: '::1' }), 80)).toBe('http://[::1]:80');
    expect(publicUrlOf(load({ REEVE_PUBLIC_URL: 'https://reeve.example/' }), 80)).toBe('https://reeve.example');
  });
});

describe('refusals', () => {
  test('an unknown key names the file, the line and the nearest known name', () => {
    const file = write('host: 127.0.0.1\n\nprot: 5000\n');
    expect(problemsOf(load)).toEqual([{ file, line: 3, message: 'unknown setting "prot"', hint: 'Did you mean "port"?' }]);
    expect(load).toThrow(`${file}:3: unknown setting "prot"`);
  });

  test('an unknown nested key is found too', () => {
    write('github:\n  tokn: x\n');
    expect(problemsOf(load)).toMatchObject([{ line: 2, message: 'unknown setting "github_tokn"', hint: 'Did you mean "github_token"?' }]);
  });

  test('an unknown REEVE_ variable is refused with the nearest one; those Reeve gives to agents and tests are left alone', () => {
    expect(
      problemsOf(() => load({ REEVE_DATABSE_URL: 'x', REEVE_TEST_ANYTHING: '1', REEVE_GATEWAY_URL: 'http://x', REEVE_RUN_ID: 'run_1' })),
    ).toMatchObject([{ message: 'unknown variable REEVE_DATABSE_URL', hint: 'Did you mean "REEVE_DATABASE_URL"?' }]);
  });

  test.each([
    ['REEVE_PORT', 'http', 'must be a whole number from 0 to 65535'],
    ['REEVE_PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['REEVE_SHADOW', 'maybe', 'must be true or false'],
    ['REEVE_MODEL', 'gpt', 'must be rules, anthropic/<model>'],
    ['REEVE_PUBLIC_URL', 'ftp://x', 'must be a URL that begins with http'],
    ['REEVE_DATABASE_URL', 'mysql://x', 'must be a URL that begins with postgres'],
    ['REEVE_GITHUB_GIT_URL', 'https://x/{owner}', 'must hold {owner} and {repo}'],
    ['REEVE_LOG_LEVEL', 'loud', 'must be one of debug, info'],
    ['REEVE_ADMIN_TOKEN', 'short', 'must be at least 8 characters'],
    ['REEVE_SELF_APPROVAL', 'always', 'must be one of never, local'],
  ])('%s=%s is refused', (name, value, message) => {
    const [problem] = problemsOf(() => load({ [name]: value }));
    expect(problem?.message).toContain(`${name} ${message}`);
    expect(problem?.hint).not.toBe('');
  });

  test('the value of a secret is never in the message', () => {
    const [problem] = problemsOf(() => load({ REEVE_GITHUB_APP_ID: '1', REEVE_GITHUB_PRIVATE_KEY: 'hunter2hunter2' }));
    expect(problem?.message).toContain('REEVE_GITHUB_PRIVATE_KEY must be');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test('all problems come at once', () => {
    write('port: x\nshadwo: true\n');
    expect(problemsOf(() => load({ REEVE_LOG_LEVEL: 'x' }))).toHaveLength(3);
  });

  test.each([
    ['a: [1\n', 'not valid YAML'],
    ['port: 1\nport: 2\n', 'not valid YAML'],
    ['- port\n', 'must be a map'],
  ])('a file that is no map of settings is refused with a line', (text, message) => {
    write(text);
    const [problem] = problemsOf(load);
    expect(problem?.message).toContain(message);
    expect(problem?.line).toBeGreaterThan(0);
  });

  test('an alias bomb does not blow up', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9).slice(0, -1)}]`),
    ].join('\n');
    write(`agents:\n${bomb.replaceAll(/^/gm, '  ')}\n`);
    expect(load).toThrow(AppError);
  });

  test('REEVE_CONFIG that names nothing is refused', () => {
    expect(() => load({ REEVE_CONFIG: 'gone.yaml' })).toThrow(/gone\.yaml, which does not exist/);
  });

  test('settings that contradict each other are refused', () => {
    expect(problemsOf(() => load({ REEVE_MODEL: 'compatible/x' }))).toMatchObject([{ message: 'model compatible/… needs model_base_url' }]);
    expect(problemsOf(() => load({ REEVE_GITHUB_APP_ID: '1' }))).toMatchObject([{ message: 'github_app_id and github_private_key belong together' }]);
  });
});

describe('sections', () => {
  const agents = z
    .record(z.string(), z.strictObject({ command: z.array(z.string()), network: z.enum(['gateway', 'open']).default('gateway') }))
    .default({});

  test('a section is parsed by the schema of its owner, a missing one as undefined', () => {
    write('agents:\n  codex: { command: [codex-acp] }\n');
    expect(loadConfig({ env: {}, cwd, sections: { agents } }).sections.agents).toEqual({ codex: { command: ['codex-acp'], network: 'gateway' } });
    rmSync(path.join(cwd, 'reeve.yaml'));
    expect(loadConfig({ env: {}, cwd, sections: { agents } }).sections.agents).toEqual({});
  });

  test('a section without a schema is handed on as it was written', () => {
    write('people: [{ handle: ann }]\n');
    expect(load().sections.people).toEqual([{ handle: 'ann' }]);
  });

  test('an error names the line of the value, and an unknown key the nearest one', () => {
    const file = write('agents:\n  codex:\n    comand: [x]\n    command: [y]\n    network: closed\n');
    const problems = problemsOf(() => loadConfig({ env: {}, cwd, sections: { agents } }));
    expect(problems).toContainEqual({ file, line: 3, message: 'unknown key "comand" in agents.codex', hint: 'Did you mean "command"?' });
    expect(problems).toContainEqual(expect.objectContaining({ line: 5, message: expect.stringContaining('agents.codex.network') }));
  });
});
