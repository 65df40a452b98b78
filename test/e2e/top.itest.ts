// oxlint-disable no-control-regex -- what is written to a terminal is what is looked at
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { environmentOf, runReeve, serve, type ServeProcess } from '../kit/reeve.ts';
import { inTmux, openTerminal, type Terminal } from '../kit/tmux.ts';

const root = path.resolve(import.meta.dirname, '../..');
const BIN = path.join(root, 'bin/reeve.js');
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-top-')));
const pidFile = path.join(folder, 'top.pid');
/** What the program says beside its screen: nothing, unless it crashes. */
const errorsFile = path.join(folder, 'top.errors');
const REPO = 'acme/shop';

let server: ServeProcess;
let admin: ApiClient;
/** A manager, who looks at the screen, and a developer, who asks. */
let mia = '';
let pat: ApiClient;
let patToken = '';

beforeAll(async () => {
  const skills = path.join(folder, 'slow.json');
  const ask = { callTool: 'ask_human', arguments: { question: 'Which cart\u202e is meant?', choices: ['The new one', 'The old one'] } };
  // oxlint-disable-next-line unicorn/no-thenable -- if/then/else are the words of the demo agent's data
  const perhapsAsk = { if: { promptHas: 'Ask me' }, then: [ask], else: [] };
  writeFileSync(skills, JSON.stringify({ skills: [], otherwise: [{ say: 'I look at the cart first.' }, perhapsAsk, { hang: {} }] }));
  const repo = makeRepository('work');
  const config = {
    agents: { slow: { command: [process.execPath, path.join(root, 'src/demo/agent.ts'), '--skills', skills], sandbox: 'none' } },
    roles: { coder: 'slow' },
    projects: { work: { repo, self_approval: 'local', sandbox: 'none' } },
    people: [
      { handle: 'mia', name: 'Mia', role: 'manager' },
      { handle: 'pat', name: 'Pat', role: 'developer' },
    ],
  };
  writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify(config));
  server = await serve({ cwd: folder });
  admin = createApiClient(server);
  const token = async (person: string, role: string): Promise<string> =>
    (await admin.post<{ token: string }>('/v1/tokens', { name: person, role, person })).token;
  mia = await token('mia', 'manager');
  patToken = await token('pat', 'developer');
  pat = createApiClient({ url: server.url, token: patToken });
  const project = await admin.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop' });
  await admin.post('/v1/local/repositories', { project_id: project.id, name: REPO });
}, 120_000);

afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

function makeRepository(name: string): string {
  const at = path.join(folder, name);
  mkdirSync(at);
  writeFileSync(path.join(at, 'cart.js'), 'export const total = 0;\n');
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Pat', '-c', 'user.email=pat@example.test', ...args], { cwd: at, stdio: 'pipe' });
  git('init', '--quiet', '-b', 'main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'First');
  return at;
}

/** Asks for an issue to be closed, which waits for a person. */
async function propose(title: string): Promise<{ id: string; number: number }> {
  const { number } = await admin.post<{ number: number }>('/v1/local/issues', { repository: REPO, title });
  const asked = { kind: 'issue.close', target: { forge: 'local', repo: REPO, number }, args: { reason: 'duplicate', comment: `Closed: ${title}` } };
  const { action_id: id, status } = await pat.post<{ action_id: string; status: string }>('/v1/actions/propose', asked);
  expect(status).toBe('pending');
  return { id, number };
}

interface Seen {
  status: string;
  decided_by: string | null;
  reason: string | null;
  digest: string;
  superseded_by: string | null;
  record: { args: Record<string, unknown> };
  notes: Array<{ kind: string; by: string; text: string }>;
}
const approval = (id: string): Promise<Seen> => admin.get(`/v1/approvals/${id}`);

describe('where there is no terminal', () => {
  it('everything is printed once, as text and as one document', { timeout: 60_000 }, async () => {
    const { number } = await propose('Printed\u001b[2J once');
    const env = { REEVE_URL: server.url, REEVE_TOKEN: mia };
    const text = await runReeve(['top'], { cwd: folder, env });
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^OVERVIEW\n Health +✓ ready/);
    expect(text.stdout).toContain(`Close issue #${number} of ${REPO} as duplicate`);
    expect(text.stdout).toContain('\nPROBLEMS\n');
    expect(text.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    const json = JSON.parse((await runReeve(['top', '--json'], { cwd: folder, env })).stdout) as {
      approvals: unknown[];
      unread: unknown[];
      who: unknown;
    };
    expect(json).toMatchObject({ approvals: [{ kind: 'issue.close' }], unread: [], who: { subject: 'person:mia' } });
  });

  it('and without a server it says so and ends with 3', { timeout: 60_000 }, async () => {
    const env = { REEVE_URL: 'http://127.0.0.1:1', REEVE_TOKEN: 'none' };
    expect(await runReeve(['top', '--once'], { cwd: folder, env })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('does not answer'),
    });
  });
});

describe('with a token that is not taken', () => {
  const env = (): Record<string, string> => ({ REEVE_URL: server.url, REEVE_TOKEN: 'expired' });

  it('it ends with 3 and the sentence of every other command, as text, piped and as a document', { timeout: 60_000 }, async () => {
    const other = await runReeve(['status'], { cwd: folder, env: env() });
    expect(other).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('token') });
    for (const options of [['--once'], [], ['--json']]) expect(await runReeve(['top', ...options], { cwd: folder, env: env() })).toEqual(other);
  });
});

inTmux('a person at a terminal', () => {
  let terminal: Terminal | null = null;
  afterEach(async () => {
    await terminal?.end();
    terminal = null;
  });

  /** `reeve top` as Mia, who found the server by its data directory, as on any machine. */
  async function open(size = { cols: 80, rows: 24 }, env: Record<string, string> = {}): Promise<Terminal> {
    const command = `echo before; sh -c 'echo $$ > "${pidFile}"; exec "${process.execPath}" "${BIN}" top 2>"${errorsFile}"'; echo "ended with $?"`;
    terminal = await openTerminal(command, { ...size, cwd: folder, env: { ...environmentOf(), REEVE_TOKEN: mia, ...env } });
    await shows('● live');
    return terminal;
  }
  async function shows(text: string | RegExp): Promise<void> {
    await expect.poll(() => terminal?.screen(), { timeout: 30_000, interval: 100 }).toMatch(text);
  }
  async function showsNot(text: string): Promise<void> {
    await expect.poll(() => terminal?.screen(), { timeout: 30_000, interval: 100 }).not.toContain(text);
  }

  it('reads what would happen, approves it and declines another, each with a reason', { timeout: 120_000 }, async () => {
    const first = await propose('First of two');
    const second = await propose('Second of two');
    const { press, type } = await open();
    await press('4', '/');
    await type(`#${first.number} `);
    await press('Enter', 'Enter');
    await shows('Closed: First of two');
    await press('G');
    await shows(`digest     ${(await approval(first.id)).digest.slice(0, 30)}`);
    await press('a');
    await shows('reason (may be empty)');
    await type('a duplicate indeed');
    await shows('Enter approves');
    await press('Enter');
    await shows(`Approved: Close issue #${first.number}`);
    expect(await approval(first.id)).toMatchObject({ status: 'approved', decided_by: 'person:mia', reason: 'a duplicate indeed' });
    await press('/', 'C-u');
    await type(`#${second.number} `);
    await press('Enter', 'd');
    await type('it is none');
    await press('Enter');
    await shows(`Declined: Close issue #${second.number}`);
    expect(await approval(second.id)).toMatchObject({ status: 'declined', reason: 'it is none' });
  });

  it('decides several at once that were marked', { timeout: 120_000 }, async () => {
    const made = [await propose('Together one'), await propose('Together two')];
    const { press } = await open();
    // What was asked for last runs out last.
    await press('4');
    await shows(`Close issue #${made[1]?.number}`);
    await press('G', 'k', 'Space', 'Space', 'a');
    await shows('Approve 2 actions of issue.close');
    await press('Enter');
    await shows('Approved 2 actions.');
    expect(await Promise.all(made.map(async ({ id }) => (await approval(id)).status))).toEqual(['approved', 'approved']);
  });

  it('types the name before a yes to high risk, and is refused without it', { timeout: 120_000 }, async () => {
    await admin.patch('/v1/budget/caps', { period: 'month', cap_usd: 5000 });
    const { press, type } = await open();
    await press('4');
    await shows('▲ high');
    await press('g', 'a', 'Enter');
    await shows('High risk. Type ');
    await type('something else');
    await press('Enter');
    await shows('Nothing was decided.');
    const name = /Type (\S+) to approve/.exec((await terminal?.screen()) ?? '')?.[1] ?? '';
    await type(name);
    await shows('Enter approves');
    await press('Enter');
    await shows(/Approved: |said yes/);
    await showsNot('▲ high');
  });

  it('sees at once what somebody else decided, and what is refused in the words of the server', { timeout: 120_000 }, async () => {
    const { id, number } = await propose('Decided elsewhere');
    const { press, type } = await open();
    await press('4', '/');
    await type('Decided');
    await press('C-u');
    await type(`#${number} `);
    await press('Enter', 'a');
    await type('half a sent');
    await shows('half a sent');
    await admin.post(`/v1/approvals/${id}/decision`, { decision: 'decline', digest: (await approval(id)).digest, reason: 'no' });
    await shows('It was decided elsewhere');
    await showsNot(`Close issue #${number}`);
    // What is typed on reaches nothing.
    await type('ence');
    await press('Enter');
    expect(await approval(id)).toMatchObject({ status: 'declined', reason: 'no' });
  });

  it('watches a run, and stops it after a yes', { timeout: 180_000 }, async () => {
    const repositories = await admin.all<{ id: string; forge: string }>('/v1/repositories');
    const repositoryId = repositories.find(({ forge }) => forge === 'path')?.id;
    await admin.post('/v1/requests', { text: 'Make the cart faster', repository_id: repositoryId, target: null, agent: null, checks: [] });
    const { press } = await open();
    await press('2');
    await shows('● running');
    await shows('I look at the cart first.');
    await press('s');
    await shows('Stop slow on');
    await press('y');
    await shows('The run is being stopped.');
    await expect
      .poll(async () => (await admin.all<{ state: string }>('/v1/jobs')).map(({ state }) => state), { timeout: 60_000 })
      .toContain('cancelled');
    await shows('– cancelled');

    // Another one asks, and is answered by the number of an answer it offers.
    await admin.post('/v1/requests', { text: 'Ask me which cart', repository_id: repositoryId, target: null, agent: null, checks: [] });
    await shows('? asks you');
    await press('g');
    await shows('Which cart\\u202e is meant?');
    await press('r');
    await shows('answer (text, or the number of an answer)');
    await press('2');
    await shows('Enter answers: The old one');
    await press('Enter');
    await shows('Answered; slow goes on.');
    expect(await admin.all('/v1/questions')).toMatchObject([{ answer: 'The old one', answered_by: 'person:mia', state: 'answered' }]);
    const [live] = await admin.all<{ id: string }>('/v1/jobs', { active: 'true' });
    await admin.post('/stop-job', { job_id: live?.id });
    await showsNot('● running');
  });

  it('writes other arguments in an editor, sees their digest, and decides them; asks, and opens the page of it', { timeout: 120_000 }, async () => {
    const { id, number } = await propose('To be said otherwise');
    const opened = path.join(folder, 'opened');
    const browser = path.join(folder, 'browser');
    writeFileSync(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 });
    // An editor that takes the terminal, and writes once what does not fit.
    const editor = path.join(folder, 'editor');
    const broken = path.join(folder, 'broken');
    writeFileSync(
      editor,
      `#!/bin/sh\necho in the editor; cp "$1" '${folder}/edited'\nif [ -e '${broken}' ]; then sed -i 's/Closed: /Kindly: /; s/^{{/{/' "$1"; else touch '${broken}'; sed -i 's/^{/{{/' "$1"; fi\n`,
      { mode: 0o755 },
    );
    const { press, type } = await open({ cols: 100, rows: 30 }, { EDITOR: editor, BROWSER: browser });
    await press('4', '/');
    await type(`#${number} `);
    await press('Enter', 'Enter');
    await shows('undo ');

    await press('i');
    await shows('Ask about: Close issue');
    await type('Is it the same?');
    await press('Enter');
    await shows('Asked; it goes on waiting.');
    expect((await approval(id)).notes).toMatchObject([{ kind: 'question', by: 'person:mia', text: 'Is it the same?' }]);
    await press('o');
    await shows('Opened http');
    expect(readFileSync(opened, 'utf8')).toBe(`${server.url}/approvals/${id}\n`);

    await press('m');
    await shows('It is no JSON');
    await press('Enter');
    await shows('Put what you wrote in the place of');
    await shows('+ Kindly: To be said otherwise');
    await type('more kindly');
    await press('Enter');
    await shows('Approve: Close issue');
    const before = await approval(id);
    expect(before).toMatchObject({ status: 'modified' });
    const { votes } = await admin.get<{ votes: object[] }>(`/v1/approvals/${id}/details`);
    expect(votes).toMatchObject([{ by: 'person:mia', decision: 'modify', reason: 'more kindly' }]);
    const after = await approval(before.superseded_by ?? '');
    expect(after.digest).not.toBe(before.digest);
    await press('End');
    await shows(`digest     ${after.digest.slice(0, 30)}`);
    await shows('Enter approves');
    await press('Enter');
    await shows('Approved: Close issue');
    expect(await approval(before.superseded_by ?? '')).toMatchObject({
      status: 'approved',
      decided_by: 'person:mia',
      record: { args: { comment: 'Kindly: To be said otherwise' } },
    });
  });

  it('resizes, down to a corner of a screen and back, without a row too many', { timeout: 120_000 }, async () => {
    const { resize, screen, press, written } = await open({ cols: 120, rows: 40 });
    await shows('5 Problems');
    // Where something else has written over it, one key draws it anew.
    written();
    await press('C-l');
    await expect.poll(written).toContain('\u001b[2J');
    await resize(40, 12);
    await expect.poll(screen).toMatch(/^ {2}1 Overview/);
    expect((await screen()).split('\n').length).toBeLessThanOrEqual(13);
    await press('?');
    await shows(' Keys');
    await press('Escape');
    await resize(80, 24);
    await expect.poll(screen).toMatch(/^ Reeve {2}1 Overview.*● live\n─{80}\n/);
  });

  it('has no flicker: nothing is cleared, and a frame writes what changed', { timeout: 120_000 }, async () => {
    const { press, written } = await open();
    await shows('Health');
    const opening = written();
    expect(opening.split('\u001b[2J')).toHaveLength(2);
    for (const key of ['Tab', 'j', 'k', 'Tab', 'Tab', 'Tab', 'Tab']) await press(key);
    await propose('Another row');
    await shows('● live');
    await shows('Close issue');
    // Keys pressed in quick succession may share a frame: pressed until there are frames enough to say something.
    let output = written();
    await expect
      .poll(async () => {
        await press('Tab');
        output += written();
        return output.split('\u001b[?2026h').length;
      })
      .toBeGreaterThan(6);
    const frames = output
      .split('\u001b[?2026h')
      .slice(1)
      .map((frame) => frame.split('\u001b[?2026l'));
    // Everything between the marks, nothing outside of them, nothing cleared.
    expect(frames.map(([, outside]) => outside)).toEqual(frames.map(() => ''));
    expect(frames.filter(([frame = '']) => /\u001b\[\d*[JK]/.test(frame))).toEqual([]);
    // Once nothing happens any more (the new row is settled, the last key's frame drawn), a second costs a figure or two, not a screen.
    await expect
      .poll(async () => {
        written();
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return Buffer.byteLength(written());
      })
      .toBeLessThan(600);
  });

  it('says that the server is gone, and goes on when it is back, wherever that is', { timeout: 180_000 }, async () => {
    await propose('Before the restart');
    await open();
    await shows('Close issue');
    await server.end('SIGTERM');
    await shows('▲ STALE');
    await shows('The server does not answer.');
    // What was known stays.
    await shows('Close issue');
    server = await serve({ cwd: folder });
    admin = createApiClient(server);
    pat = createApiClient({ url: server.url, token: patToken });
    await shows('● live');
    await showsNot('STALE');
  });

  it('says in full that the token is not taken, and decides nothing with it', { timeout: 120_000 }, async () => {
    const command = `"${process.execPath}" "${BIN}" top; echo "ended with $?"`;
    terminal = await openTerminal(command, { cols: 80, rows: 24, cwd: folder, env: { ...environmentOf(), REEVE_TOKEN: 'expired' } });
    await shows('▲ NOT LET IN');
    await shows(/The token is unknown, expired or revoked\.[^]*Sign in with reeve login/);
    const { press, screen } = terminal;
    await press('4', 'a', '5');
    expect(await screen()).not.toMatch(/✓ ready|Nothing is stuck|\(none\)|reason/);
    await press('q');
    await shows('ended with 0');
  });

  it('gives the terminal back as it was: on q and on a signal', { timeout: 120_000 }, async () => {
    const { press, screen, written } = await open();
    await press('q');
    await shows('ended with 0');
    expect(await screen()).toMatch(/^before\nended with 0\n/);
    expect(written()).toMatch(/\u001b\[\?7h\u001b\[\?25h\u001b\[\?1049l[^\u001b]*ended with 0/);
    await terminal?.end();
    const again = await open();
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    await shows('ended with 0');
    expect(await again.screen()).toMatch(/^before\n/);
  });

  it('leaves the terminal to an editor that is open when it is told to end, and its file until then', { timeout: 120_000 }, async () => {
    const { number } = await propose('Being written');
    const editor = path.join(folder, 'slow-editor');
    const where = path.join(folder, 'where');
    const closed = path.join(folder, 'closed');
    writeFileSync(
      editor,
      `#!/bin/sh\necho "$1" > '${where}'; echo in the editor\nwhile [ ! -e '${closed}' ]; do sleep 0.1; done\ngrep Closed "$1"\n`,
      {
        mode: 0o755,
      },
    );
    // The shell stays over it: it is not the last thing that is asked of it.
    const { press, type, screen } = await open({ cols: 100, rows: 30 }, { EDITOR: `sh -c '${editor} "$0"; true'` });
    await press('4', '/');
    await type(`#${number} `);
    await press('Enter', 'Enter');
    await shows('undo ');
    await press('m');
    await shows('in the editor');
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    // Long enough for a shell that is ended, and for a folder that is removed.
    await delay(500);
    expect(await screen()).not.toContain('ended with');
    writeFileSync(closed, '');
    await shows('ended with 0');
    expect(await screen()).toContain('Closed: Being written');
    expect(existsSync(readFileSync(where, 'utf8').trim())).toBe(false);
  });

  it('ends when its window is closed, and at once while the server hangs', { timeout: 120_000 }, async () => {
    const closed = await open();
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await closed.end();
    const isThere = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isThere).toBe(false);
    expect(readFileSync(errorsFile, 'utf8')).toBe('');

    const { number } = await propose('Asked about in vain');
    const { press, type } = await open();
    await press('4', '/');
    await type(`#${number} `);
    await press('Enter', 'i');
    await shows('Ask about');
    process.kill(server.pid, 'SIGSTOP');
    try {
      await type('Is anybody there?');
      await press('Enter');
      await shows('One moment');
      await press('q');
      await expect.poll(() => terminal?.screen(), { timeout: 10_000 }).toContain('ended with 0');
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
  });

  it('takes a paste as text: its lines decide nothing', { timeout: 120_000 }, async () => {
    const { id, number } = await propose('Pasted at');
    const { press, type, paste } = await open();
    await press('4', '/');
    await type(`#${number} `);
    await press('Enter', 'a');
    await shows('Enter approves');
    await paste('one\ntwo\n');
    await shows('one two');
    await press('Escape');
    await shows('Nothing was decided.');
    await paste('a\n\nq');
    await press('?');
    await shows(' Keys');
    expect((await approval(id)).status).toBe('pending');
  });

  it('goes aside on Ctrl-Z, and comes back', { timeout: 120_000 }, async () => {
    const env = { ...environmentOf(), REEVE_TOKEN: mia };
    terminal = await openTerminal('bash --norc --noprofile -i', { cols: 80, rows: 24, cwd: folder, env });
    await shows(/bash\S*[#$]/);
    await terminal.type(`'${process.execPath}' '${BIN}' top`);
    await terminal.press('Enter');
    await shows('● live');
    await terminal.press('C-z');
    await shows('Stopped');
    expect(await terminal.screen()).not.toContain('● live');
    await terminal.type('fg');
    await terminal.press('Enter');
    await shows('● live');
    await terminal.press('2');
    await shows(/Enter show · o open/);
  });

  it('has no colours where none are wanted', { timeout: 120_000 }, async () => {
    const { written } = await open({ cols: 80, rows: 24 }, { NO_COLOR: '1' });
    await shows('Health');
    const styles = Array.from(written().matchAll(/\u001b\[([\d;]+)m/g), ([, style = '']) => style);
    expect(styles.length).toBeGreaterThan(3);
    expect(styles.filter((style) => style.split(';').some((part) => /^(3|4|9|10)\d$/.test(part)))).toEqual([]);
  });
});
