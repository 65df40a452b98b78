import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';

const run = promisify(execFile);
const program = ['/usr/bin/tmux', '/usr/local/bin/tmux', '/opt/homebrew/bin/tmux'].find((file) => existsSync(file));
if (program === undefined && process.env['REEVE_REQUIRE_TMUX'] === '1') throw new Error('REEVE_REQUIRE_TMUX=1, but no tmux is installed.');

/** `describe` for tests that need a real terminal; left out, with a word, where no tmux is installed. */
// The title is the first argument of what this answers.
// oxlint-disable-next-line vitest/valid-describe-callback
export const inTmux = describe.runIf(program !== undefined);

/** A terminal of its own: a server of tmux that nobody else's settings reach. */
export interface Terminal {
  /** Presses keys: names of tmux (`Enter`, `Tab`, `C-c`) or letters. */
  press(...keys: string[]): Promise<void>;
  /** Types a text as it is. */
  type(text: string): Promise<void>;
  /** Pastes a text, as a terminal does where the program asked to be told. */
  paste(text: string): Promise<void>;
  /** What a person sees, row by row. */
  screen(): Promise<string>;
  resize(cols: number, rows: number): Promise<void>;
  /** Every byte the program has written to the terminal since the last call. */
  written(): string;
  end(): Promise<void>;
}

export interface TerminalOptions {
  cols: number;
  rows: number;
  cwd: string;
  env: Record<string, string | undefined>;
}

/** Runs a shell command in a terminal of this size. */
export async function openTerminal(command: string, { cols, rows, cwd, env }: TerminalOptions): Promise<Terminal> {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-tmux-'));
  const socket = path.join(folder, 'tmux');
  const output = path.join(folder, 'written');
  writeFileSync(output, '');
  const config = path.join(folder, 'tmux.conf');
  writeFileSync(config, 'set -g status off\nset -g escape-time 0\n');
  const tmux = async (...args: string[]): Promise<string> =>
    (await run(program ?? 'tmux', ['-S', socket, '-f', config, ...args], { cwd, env: { ...env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' } })).stdout;
  // The pane is told where to copy what is written before the command begins.
  const start = path.join(folder, 'start');
  await tmux(
    'new-session',
    '-d',
    '-s',
    't',
    '-x',
    String(cols),
    '-y',
    String(rows),
    `while [ ! -e '${start}' ]; do sleep 0.05; done; ${command}; exec sleep 1000`,
  );
  await tmux('pipe-pane', '-t', 't', `cat >> '${output}'`);
  appendFileSync(start, '');
  let read = 0;
  return {
    press: async (...keys) => void (await tmux('send-keys', '-t', 't', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-t', 't', '-l', text)),
    async paste(text) {
      await tmux('set-buffer', '-b', 'pasted', '--', text);
      await tmux('paste-buffer', '-p', '-b', 'pasted', '-t', 't');
    },
    screen: () => tmux('capture-pane', '-p', '-t', 't'),
    resize: async (width, height) => void (await tmux('resize-window', '-t', 't', '-x', String(width), '-y', String(height))),
    written() {
      const all = readFileSync(output);
      const fresh = all.subarray(read).toString('utf8');
      read = all.length;
      return fresh;
    },
    async end() {
      await tmux('kill-server').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
