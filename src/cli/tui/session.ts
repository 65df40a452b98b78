import { emitKeypressEvents, type Interface } from 'node:readline';
import type { Screen } from '../output.ts';
import type { Size } from './frame.ts';
import { keyOf, type Pressed } from './keys.ts';
import type { Key } from './model.ts';

const ESC = '\u001b[';
/** The other screen, empty; no cursor; no wrapping at the last column, which would scroll. */
const ENTER = `${ESC}?1049h${ESC}?7l${ESC}?25l${ESC}2J`;
const LEAVE = `${ESC}0m${ESC}?7h${ESC}?25h${ESC}?1049l`;
/** A lone escape is a key when nothing follows it at once; tmux and ssh may take this long. */
const ESCAPE_MS = 50;
const AWAKE_MS = 100;
const SMALLEST: Size = { cols: 20, rows: 5 };

export interface Session {
  size(): Size;
  write(text: string): void;
  /** Whether the terminal has taken what was written. */
  isFree(): boolean;
  /** Gives the shell its terminal back, and takes it again when the program is continued. */
  suspend(): void;
  /** As it was before; harmless when done twice. */
  leave(): void;
}

export interface SessionEvents {
  onKey(key: Key): void;
  onResize(size: Size): void;
  /** The terminal has taken what was written. */
  onFree(): void;
  /** Everything must be written again. */
  onRepaint(): void;
  /** Somebody asked the program to end, or the terminal is gone. */
  onEnd(): void;
}

/** Takes the terminal: raw keys, the other screen. It is given back on every way out, a crash included. */
export function enterSession({ input, output }: Screen, events: SessionEvents): Session {
  let isIn = false;
  let isFree = true;
  const size = (): Size => ({ cols: Math.max(SMALLEST.cols, output.columns || 80), rows: Math.max(SMALLEST.rows, output.rows || 24) });

  const onKeypress = (text: string | undefined, pressed: Pressed): void => {
    const key = keyOf(text, pressed);
    if (key !== null) events.onKey(key);
  };
  const onResize = (): void => events.onResize(size());
  const onDrain = (): void => {
    isFree = true;
    events.onFree();
  };
  const onContinue = (): void => {
    take();
    events.onResize(size());
    events.onRepaint();
  };

  function take(): void {
    isIn = true;
    input.setRawMode(true);
    input.resume();
    output.write(ENTER);
  }
  function giveBack(): void {
    if (!isIn) return;
    isIn = false;
    output.write(LEAVE);
    input.setRawMode(false);
    input.pause();
  }

  emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
  input.on('keypress', onKeypress);
  input.on('end', events.onEnd);
  output.on('resize', onResize);
  output.on('drain', onDrain);
  const forget = onEveryWayOut({ giveBack, end: events.onEnd, again: onContinue });
  take();

  return {
    size,
    write(text) {
      isFree = output.write(text);
    },
    isFree: () => isFree,
    suspend() {
      giveBack();
      process.kill(process.pid, 'SIGTSTP');
      // Where no shell could continue it, the signal does nothing: then the screen is taken back at once.
      setTimeout(() => isIn || onContinue(), AWAKE_MS);
    },
    leave() {
      giveBack();
      input.off('keypress', onKeypress);
      input.off('end', events.onEnd);
      output.off('resize', onResize);
      output.off('drain', onDrain);
      forget();
    },
  };
}

interface WaysOut {
  giveBack(): void;
  end(): void;
  again(): void;
}

/** Signals, a crash, the end of the process: the terminal is given back before anybody writes to it. Answers what undoes this. */
function onEveryWayOut({ giveBack, end, again }: WaysOut): () => void {
  const wired: ReadonlyArray<[string, () => void]> = [
    ['SIGTERM', end],
    ['SIGHUP', end],
    ['SIGINT', end],
    ['SIGCONT', again],
    // The words of a crash must not be written to the other screen, which goes away.
    ['uncaughtExceptionMonitor', giveBack],
    ['exit', giveBack],
  ];
  for (const [event, listener] of wired) process.on(event, listener);
  return () => {
    for (const [event, listener] of wired) process.off(event, listener);
  };
}
