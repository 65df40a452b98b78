/**
 * Loaded before a program (`node --import`): the clock of its machine is wrong by as many milliseconds as the file says that SHIFTED_CLOCK
 * names, and moves while the program runs when the file is written anew. What has been taken over is written beside it (`.seen`). As on a
 * machine whose clock is set, monotonic time (`performance.now`, timers) goes on unmoved.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOOK_EVERY_MS = 20;
const file = process.env['SHIFTED_CLOCK'];
if (file === undefined) throw new Error('SHIFTED_CLOCK names no file.');

const Machine = Date;
const machineNow = Machine.now.bind(Machine);
let shiftMs = 0;
const look = (): void => {
  const said = Number(readFileSync(file, 'utf8'));
  if (!Number.isFinite(said) || said === shiftMs) return;
  shiftMs = said;
  writeFileSync(`${file}.seen`, String(shiftMs));
};
look();
setInterval(look, LOOK_EVERY_MS).unref();

const now = (): number => machineNow() + shiftMs;
// Where a program replaces `Date.now`, that is its own affair: `new Date()` is still the machine's.
Machine.now = now;
const Shifted = new Proxy(Machine, {
  construct: (target, given: unknown[], made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new Machine(now()).toString(),
});
Machine.prototype.constructor = Shifted;
globalThis.Date = Shifted;
