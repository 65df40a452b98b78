import { emitKeypressEvents, type Interface } from 'node:readline';
import type { Screen } from '../output.ts';
import type { Size } from './frame.ts';
import { keyOf, type Pressed } from './keys.ts';
import type { Key } from './model.ts';

const ESC = '\u001b[';
/** The other screen, empty; no cursor; no wrapping at the last column, which would scroll; what is pasted is told apart from what is pressed. */
const ENTER = `${ESC}?1049h${ESC}?7l${ESC}?25l${ESC}?2004h${ESC}2J`;
const LEAVE = `${ESC}0m${ESC}?2004l${ESC}?7h${ESC}?25h${ESC}?1049l`;
const PASTE_END = `${ESC}201~`;
/** A lone escape is a key when nothing follows it at once; tmux and ssh may take this long. */
const ESCAPE_MS = 50;
const AWAKE_MS = 100;
const SMALLEST: Size = { cols: 20, rows: 5 };

export interface Session {
  size(): Size;
  write(text: string): void;
  /** Whether the terminal has taken what was written. */
  isFree(): boolean;
  /** Everything anew, where something else has written to the terminal. */
  repaint(): void;
  /** Gives the terminal to another program until it has ended. */
  lend<T>(work: () => Promise<T>): Promise<T>;
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
  let isLent = false;
  let isOver = false;
  let pasted: string | null = null;
  /** The last bytes of what is pasted, as they came. */
  let sent = '';
  const size = (): Size => ({ cols: Math.max(SMALLEST.cols, output.columns || 80), rows: Math.max(SMALLEST.rows, output.rows || 24) });

  const onKeypress = (text: string | undefined, pressed: Pressed): void => {
    if (pressed.name === 'paste-start') pasted = '';
    if (pressed.name === 'paste-start') return;
    // A line's end in what is pasted is no Enter, a letter no command, and Ctrl-C no leaving.
    if (pasted !== null || pressed.name === 'paste-end') return onPasted(text, pressed);
    const key = keyOf(text, pressed);
    if (key !== null) events.onKey(key);
  };
  const onPasted = (text: string | undefined, { name, sequence = '' }: Pressed): void => {
    pasted = (pasted ?? '') + (text ?? '');
    sent = (sent + sequence).slice(-PASTE_END.length);
    // After half a sequence Node takes the escape for its end, and tells the rest as letters: missed, no key would lead out again.
    if (sent !== PASTE_END) return;
    const whole = name === 'paste-end' ? pasted : pasted.slice(0, 1 - PASTE_END.length);
    pasted = null;
    events.onKey({ name: 'paste', text: whole });
  };
  const onResize = (): void => events.onResize(size());
  const onDrain = (): void => {
    isFree = true;
    events.onFree();
  };
  const onContinue = (): void => {
    if (isLent || isOver) return;
    // A shell may have set the terminal as it likes it while the program stood still; asked for what it has, Node would do nothing.
    if (isIn) input.setRawMode(false);
    take();
    events.onResize(size());
    events.onRepaint();
  };

  function take(): void {
    isIn = true;
    pasted = null;
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
  // A terminal that is gone answers every read and write with an error, also those that are on their way when everything else has ended.
  input.on('error', events.onEnd);
  output.on('error', events.onEnd);
  output.on('resize', onResize);
  output.on('drain', onDrain);
  // Ctrl-C in an editor goes to everything in front of the terminal.
  const forget = onEveryWayOut({ giveBack, end: events.onEnd, interrupt: () => isLent || events.onEnd(), again: onContinue });
  take();

  return {
    size,
    write(text) {
      // Between two programs the screen is somebody else's.
      if (isIn) isFree = output.write(text);
    },
    isFree: () => isFree,
    repaint() {
      output.write(`${ESC}2J`);
      events.onRepaint();
    },
    async lend(work) {
      giveBack();
      isLent = true;
      try {
        return await work();
      } finally {
        isLent = false;
        onContinue();
      }
    },
    suspend() {
      giveBack();
      process.kill(process.pid, 'SIGTSTP');
      // Where no shell could continue it, the signal does nothing: then the screen is taken back at once.
      setTimeout(() => isIn || isOver || onContinue(), AWAKE_MS);
    },
    leave() {
      isOver = true;
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
  interrupt(): void;
  again(): void;
}

/** Signals, a crash, the end of the process: the terminal is given back before anybody writes to it. Answers what undoes this. */
function onEveryWayOut({ giveBack, end, interrupt, again }: WaysOut): () => void {
  const wired: ReadonlyArray<[string, () => void]> = [
    ['SIGTERM', end],
    ['SIGHUP', end],
    ['SIGQUIT', interrupt],
    ['SIGINT', interrupt],
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
