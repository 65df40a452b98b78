import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';

/*
 * What is shipped to watch an installation, held against a real Prometheus: it scrapes a server with work behind it, and is asked every expression
 * of the dashboard and of the alert rules.
 */
const FOLDER = path.resolve(import.meta.dirname, '../../deploy/observability');
const MINUTE_MS = 60_000;
const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');

const found = (name: string): string | undefined =>
  ['/usr/bin', '/usr/local/bin', '/bin'].map((at) => path.join(at, name)).find((file) => existsSync(file));
const [prometheus, promtool] = [found('prometheus'), found('promtool')];
const isThere = prometheus !== undefined && promtool !== undefined;
if (!isThere && process.env['REEVE_REQUIRE_PROMETHEUS'] === '1')
  throw new Error('REEVE_REQUIRE_PROMETHEUS=1, but Prometheus is not installed (Debian: apt-get install prometheus).');
if (!isThere) console.warn('Tests with a real Prometheus were left out: prometheus and promtool are not installed.');

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}
interface Panel {
  type: string;
  title: string;
  description?: string;
  fieldConfig?: { defaults: { unit?: string } };
  targets?: Array<{ expr: string; refId: string; datasource: { uid: string } }>;
}
interface Dashboard {
  schemaVersion: number;
  uid: string;
  panels: Panel[];
  templating: { list: Array<{ name: string; type: string; query: string | { query: string } }> };
}

const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');
const rules = (parse(read('alerts.yml')) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('dashboard.json')) as Dashboard;
const charts = dashboard.panels.filter(({ type }) => type !== 'row');

describe('the shipped dashboard', () => {
  it('has what Grafana needs, and says of each panel what it shows and in which unit', () => {
    expect(dashboard).toMatchObject({ schemaVersion: expect.any(Number) as number, uid: 'reeve-overview' });
    expect(dashboard.templating.list.find(({ name }) => name === 'datasource')).toMatchObject({ type: 'datasource', query: 'prometheus' });
    expect(charts.length).toBeGreaterThan(25);
    const lacking = charts.filter(
      ({ title, description = '', fieldConfig, targets = [] }) =>
        title === '' || description.length < 10 || (fieldConfig?.defaults.unit ?? '') === '' || targets.length === 0,
    );
    expect(lacking.map(({ title }) => title)).toEqual([]);
    expect(new Set(charts.map(({ title }) => title)).size).toBe(charts.length);
    expect(charts.flatMap(({ targets = [] }) => targets).every(({ datasource }) => datasource.uid === '${datasource}')).toBe(true);
  });

  it('uses no variable that it does not define', () => {
    const known = new Set([...dashboard.templating.list.map(({ name }) => name), '__rate_interval']);
    const used = [...read('dashboard.json').matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !known.has(name) && name !== '__all')).toEqual([]);
  });
});

describe('each shipped alert rule', () => {
  it('waits before it fires, has a severity, and says what to do', () => {
    for (const rule of rules) {
      expect(rule.for, rule.alert).toMatch(/^\d+[mh]$/);
      expect(['critical', 'warning', 'info'], rule.alert).toContain(rule.labels.severity);
      for (const text of ['summary', 'description', 'runbook'])
        expect(rule.annotations[text]?.length ?? 0, `${rule.alert} ${text}`).toBeGreaterThan(20);
    }
  });

  it('is shown to fire in alerts.test.yml', () => {
    const shown = new Set([...read('alerts.test.yml').matchAll(/alertname="(\w+)"/g)].map(([, name]) => name));
    expect(rules.map(({ alert }) => alert).filter((alert) => !shown.has(alert))).toEqual([]);
  });

  it('names commands that there are', { timeout: MINUTE_MS }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'reeve-runbooks-'));
    const named = rules.flatMap(({ annotations }) => [...(annotations['runbook'] ?? '').matchAll(/`npx reeve ([a-z]+)(?: ([a-z]+))?/g)]);
    const commands = new Set(named.map(([, group = '', command = '']) => `${group} ${command}`.trim()));
    for (const command of commands) expect((await runReeve([...command.split(' '), '--help'], { cwd: folder })).code, command).toBe(0);
    expect(commands.size).toBeGreaterThan(8);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe.runIf(isThere)('a real Prometheus', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-prometheus-'));
  let github: FakeGithub;
  let server: ServeProcess;
  let watcher: ChildProcess | null = null;
  let asked = '';
  const begunAt = Date.now();
  let api: ApiClient;
  const tokens = new Map<string, string>();

  const tool = async (...args: string[]): Promise<string> => (await promisify(execFile)(promtool ?? '', args, { cwd: FOLDER })).stdout;

  beforeAll(async () => {
    github = await startFakeGithub();
    for (const login of ['reeve-machine', 'ada', 'mona']) tokens.set(login, github.addUser(login));
    await github.addRepository({
      owner: 'acme',
      name: 'shop',
      files: {
        'src/cart.js': 'export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n',
        '.github/workflows/ci.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: node --test\n',
      },
      collaborators: { 'reeve-machine': 'write', ada: 'write', mona: 'maintain' },
      labels: ['AI-Ready'],
    });
    github.ci(
      ({ dir }) => {
        const mended = readFileSync(path.join(dir, 'src/cart.js'), 'utf8').includes('// mended');
        return [mended ? { name: 'test', conclusion: 'success', log: 'ok' } : { name: 'test', conclusion: 'failure', log: 'Error: not mended\n' }];
      },
      { repository: 'acme/shop' },
    );
    writeConfig();
    server = await serve({ cwd: folder, env: environment() });
    api = createApiClient(server);
    github.deliverTo({ url: `${server.url}/webhooks/github`, secret: SECRET });
    for (const [handle, role] of Object.entries({ ada: 'developer', mona: 'maintainer' })) {
      const { id } = await api.post<{ id: string }>('/v1/people', { handle, name: handle, role });
      await api.post('/v1/identities', { source: 'github', external_id: handle, person_id: id });
    }
    asked = await watch();
    await play();
    // What was counted last has been scraped as well.
    await delay(3000);
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    watcher?.kill('SIGTERM');
    await server?.end('SIGTERM');
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  function writeConfig(): void {
    const edit = (search: string, replace: string) => ({ edit: 'src/cart.js', edits: [{ search, replace }] });
    const skills = [
      { name: 'mend', match: { all: ["repository's own CI are red"] }, steps: [edit('export function', '// mended\nexport function')] },
      { name: 'round', match: { all: ['Totals'] }, steps: [edit('lines.reduce(', 'Math.round(1) * lines.reduce(')] },
    ];
    writeFileSync(path.join(folder, 'skills.json'), JSON.stringify({ skills }));
    const command = [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', path.join(folder, 'skills.json')];
    const coder = { harness: 'acp', command, sandbox: 'none', limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 } };
    // Long enough to be seen under way.
    const shop = { repo: 'acme/shop', sandbox: 'none', checks: [{ name: 'test', command: 'sleep 3', timeout_s: 60 }] };
    writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents: { coder }, roles: { coder: 'coder' }, projects: { shop } }));
  }

  const environment = (): Record<string, string> => ({
    REEVE_GITHUB_API_URL: github.apiUrl,
    REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
    REEVE_GITHUB_TOKEN: tokens.get('reeve-machine') ?? '',
    REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
    REEVE_REPO_ALLOWLIST: 'acme/*',
    REEVE_GITHUB_WRITE_INTERVAL_MS: '50',
  });

  async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = Date.now() + 3 * MINUTE_MS; Date.now() < deadline; await delay(200)) {
      const answer = await look();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    const stories = await api.all<{ title: string; state: string; state_reason: string }>('/v1/issues');
    throw new Error(`It never came to this: ${what}. ${JSON.stringify(stories.map(({ title, state, state_reason: why }) => [title, state, why]))}`);
  }

  async function as(login: string, at: string, body: object): Promise<{ number: number }> {
    const headers = { authorization: `Bearer ${tokens.get(login) ?? ''}`, 'content-type': 'application/json' };
    const answer = await fetch(`${github.apiUrl}/repos/acme/shop${at}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { number: number };
  }

  async function openIssue(title: string): Promise<void> {
    const body =
      'The total in `src/cart.js` has fractions of a cent. Round it in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent';
    const { number } = await as('ada', '/issues', { title, body });
    await as('ada', `/issues/${number}/labels`, { labels: ['AI-Ready'] });
  }

  /** One issue from its label to its merge, with a red check on the way and a person who looks before she decides; one that waits for its plan. */
  async function play(): Promise<void> {
    const { token } = await api.post<{ token: string }>('/v1/tokens', { name: 'mona', role: 'maintainer', person: 'mona' });
    const mona = createApiClient({ url: server.url, token });
    const waiting = (kind: string) =>
      until(`${kind} waits`, async () =>
        (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).find((one) => one.kind === kind),
      );
    const decide = async (kind: string, looksMs: number): Promise<void> => {
      const { id } = await waiting(kind);
      const { digest } = await mona.get<{ digest: string }>(`/v1/approvals/${id}`);
      await delay(looksMs);
      await mona.post(`/v1/approvals/${id}/decision`, { decision: 'approve', digest });
    };
    await openIssue('Totals have fractions');
    await decide('plan.approve', 0);
    await decide('pr.merge', 6000);
    await until('it is merged', async () => (await api.all<{ state: string }>('/v1/issues'))[0]?.state === 'merged');
    await openIssue('Totals are slow');
    await waiting('plan.approve');
    await fetch(`${server.url}/webhooks/github`, {
      method: 'POST',
      body: '{}',
      headers: { 'x-github-event': 'ping', 'x-hub-signature-256': 'sha256=00' },
    });
    await api.post('/v1/ledger/checkpoint', {}).catch(() => null);
  }

  /** The shipped configuration on a free port, with this server as its target and seconds instead of minutes; answers its address. */
  async function watch(): Promise<string> {
    const config = parse(read('prometheus.yml')) as {
      global: Record<string, string>;
      rule_files: string[];
      scrape_configs: Array<{ static_configs: unknown }>;
    };
    config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
    config.rule_files = config.rule_files.map((name) => path.join(FOLDER, name));
    for (const job of config.scrape_configs) job.static_configs = [{ targets: [new URL(server.url).host] }];
    const file = path.join(folder, 'prometheus.yml');
    writeFileSync(file, stringify(config));
    const port = await freePort();
    const storage = `--storage.tsdb.path=${path.join(folder, 'tsdb')}`;
    watcher = spawn(prometheus ?? '', [`--config.file=${file}`, storage, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    const address = `http://127.0.0.1:${port}`;
    await until('Prometheus has scraped a few times', async () => {
      const answer = await fetch(`${address}/api/v1/query?query=${encodeURIComponent('count_over_time(up{job="reeve"}[1m]) > 4 and up == 1')}`).catch(
        () => null,
      );
      if (answer === null || !answer.ok) return false;
      return ((await answer.json()) as { data: { result: unknown[] } }).data.result.length > 0;
    });
    return address;
  }

  async function freePort(): Promise<number> {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }

  interface Result {
    metric: Record<string, string>;
    value: [number, string];
  }
  async function query(expression: string): Promise<Result[]> {
    const answer = await fetch(`${asked}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const body = (await answer.json()) as { status: string; error?: string; data?: { result: Result[] } };
    if (body.status !== 'success') throw new Error(`${expression}: ${body.error ?? answer.status}`);
    return body.data?.result ?? [];
  }

  /** How many series an expression had at any time since the beginning. */
  async function seriesOver(expression: string): Promise<number> {
    const range = { query: expression, start: String(begunAt / 1000), end: String(Date.now() / 1000), step: '1' };
    const answer = await fetch(`${asked}/api/v1/query_range?${new URLSearchParams(range).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data?: { result: unknown[] } };
    if (body.status !== 'success') throw new Error(`${expression}: ${body.error ?? answer.status}`);
    return body.data?.result.length ?? 0;
  }

  it('accepts the example, the rules and their own tests', async () => {
    await tool('check', 'config', 'prometheus.yml');
    await tool('check', 'rules', 'alerts.yml');
    await tool('test', 'rules', 'alerts.test.yml');
  });

  it('finds nothing wrong with the names and kinds of the series, but for three that are older than its rules', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const child = execFile(promtool ?? '', ['check', 'metrics']);
    let said = '';
    child.stdout?.on('data', (data: string) => (said += data));
    child.stderr?.on('data', (data: string) => (said += data));
    child.stdin?.end(text);
    await new Promise((resolve) => child.once('close', resolve));
    const own = said.split('\n').filter((line) => line !== '' && !/^(?:nodejs|process)_/.test(line));
    expect(own.filter((line) => !/^(?:approval_latency_ms|auto_vs_hitl_counts|reeve_queue_)/.test(line))).toEqual([]);
  });

  it('has an answer to every panel, and numbers for every one but those of things that did not happen', async () => {
    const without = new Set(['Escalations']);
    const empty: string[] = [];
    for (const { title, targets = [] } of charts) {
      let series = 0;
      for (const { expr } of targets) {
        const filled = expr.replaceAll('$job', 'reeve').replaceAll('$project', '.*').replaceAll('$window', '1m').replaceAll('$__rate_interval', '1m');
        expect(filled, title).not.toContain('$');
        series += await seriesOver(filled);
      }
      if (series === 0) empty.push(title);
    }
    expect(empty.filter((title) => !without.has(title))).toEqual([]);
  });

  it('runs every rule, and knows every series that one is about', async () => {
    const body = (await (await fetch(`${asked}/api/v1/rules`)).json()) as {
      data: { groups: Array<{ rules: Array<{ name: string; health: string; lastError?: string; state: string }> }> };
    };
    const loaded = body.data.groups.flatMap((group) => group.rules);
    expect(loaded.map(({ name }) => name).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
    expect(loaded.filter(({ health, state }) => health !== 'ok' || state === 'firing')).toEqual([]);
    const named = new Set(rules.flatMap(({ expr }) => [...expr.matchAll(/\b(?:reeve_\w+|up)\b/g)].map(([name]) => name)));
    const unknown: string[] = [];
    for (const name of named) if ((await seriesOver(`count(${name})`)) === 0) unknown.push(name);
    // Nobody was asked for help, and no place outside is configured.
    expect(unknown.toSorted()).toEqual(['reeve_escalations_total', 'reeve_ledger_place_behind']);
  });

  it('and the API tell the same numbers, with evidence that can be looked up', async () => {
    const of = async (expression: string): Promise<number> => Number((await query(expression))[0]?.value[1]);
    type Answer = { value: number | null; n: number; evidence: string[]; reason: string | null; rows: Array<{ key: string; n: number }> | null };
    const answer = (id: string, by?: string) => api.get<Answer>(`/v1/metrics/${id}`, { project: 'shop', by });
    const time = await answer('time_to_pr', 'agent');
    expect(time).toMatchObject({ n: 1, rows: [{ key: 'coder', n: 1 }] });
    expect(await of('reeve_insight_value{metric="time_to_pr"}')).toBe(time.value);
    expect(await of('reeve_time_to_pr_seconds_sum{agent="coder",harness="acp",repository="acme/shop"}')).toBe(time.value);
    expect(await answer('ci_pass_rate')).toMatchObject({ value: 0, n: 1 });
    expect(await of('reeve_first_ci_total{verdict="red"}')).toBe(1);
    expect(await answer('automation_success_rate', 'harness')).toMatchObject({ value: 1, n: 1, rows: [{ key: 'acp', n: 1 }] });
    expect(await answer('retries')).toMatchObject({ value: 1, parts: { red_ci: 1, other: 0 } });
    const review = await answer('review_minutes');
    expect(review.n).toBe(1);
    expect(review.value).toBeGreaterThanOrEqual(0.1);
    expect(await of('reeve_review_seconds_count')).toBe(1);
    const places: Record<string, string> = { iss: 'issues', pull: 'pulls', act: 'approvals', run: 'jobs', evt: 'events' };
    for (const id of [...time.evidence, ...review.evidence, ...(await answer('retries')).evidence]) {
      const place = places[id.split('_')[0] ?? ''];
      expect(await api.get<{ id: string }>(`/v1/${place}/${id}`), id).toMatchObject({ id });
    }
  });

  it('is told nothing by whoever is limited to another project', async () => {
    const { id } = await api.post<{ id: string }>('/v1/projects', { key: 'other', name: 'Other' });
    const { token } = await api.post<{ token: string }>('/v1/tokens', { name: 'limited', role: 'viewer', projects: ['other'] });
    const limited = createApiClient({ url: server.url, token });
    expect((await limited.get<{ items: unknown[] }>('/v1/metrics')).items).toHaveLength(6);
    await expect(limited.get('/v1/metrics/time_to_pr', { project: 'shop' })).rejects.toMatchObject({ kind: 'not_found' });
    expect(await limited.get('/v1/metrics/time_to_pr')).toMatchObject({ project_id: id, n: 0 });
    const both = await api.post<{ token: string }>('/v1/tokens', { name: 'both', role: 'viewer', projects: ['other', 'shop'] });
    const ofBoth = createApiClient({ url: server.url, token: both.token }).get('/v1/metrics/time_to_pr');
    await expect(ofBoth).rejects.toMatchObject({ kind: 'not_found' });
    const own = await limited.get<{ value: null; n: number; reason: string }>('/v1/metrics/time_to_pr', { project: 'other', by: 'agent' });
    expect(own).toMatchObject({
      value: null,
      n: 0,
      project_id: id,
      rows: [],
      evidence: [],
      reason: 'No pull request of an agent was opened in this window.',
    });
  });

  it('and a person at a terminal read the same', async () => {
    const env = { REEVE_URL: server.url, REEVE_TOKEN: server.token };
    const shown = await runReeve(['metrics', 'show', 'retries', '--project', 'shop', '--by', 'agent'], { cwd: folder, env });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^coder +1 +1 +1 +1 +1 +-$/m) as string });
    expect((await runReeve(['metrics'], { cwd: folder, env })).stdout).toContain('time_to_pr (definition 1, seconds)');
    expect((await runReeve(['metrics', 'show', 'velocity'], { cwd: folder, env })).code).toBe(1);
  });
});
