import type { Key, KeyName } from './model.ts';

/** A key as Node's `readline` tells it. */
export interface Pressed {
  name?: string | undefined;
  sequence?: string | undefined;
  ctrl?: boolean | undefined;
  meta?: boolean | undefined;
  shift?: boolean | undefined;
}

const NAMED: Readonly<Record<string, KeyName>> = {
  return: 'enter',
  enter: 'enter',
  escape: 'escape',
  up: 'up',
  down: 'down',
  pageup: 'pageup',
  pagedown: 'pagedown',
  home: 'home',
  end: 'end',
  backspace: 'backspace',
};
const WITH_CONTROL: Readonly<Record<string, KeyName>> = {
  c: 'quit',
  z: 'suspend',
  u: 'clear',
  w: 'word',
  n: 'down',
  p: 'up',
  f: 'pagedown',
  b: 'pageup',
  d: 'pagedown',
  l: 'repaint',
};

/** What was pressed; null: nothing that has a meaning here. A letter may be several code units, and pasted text comes letter by letter. */
export function keyOf(text: string | undefined, pressed: Pressed): Key | null {
  const { name, ctrl, meta } = pressed;
  if (ctrl === true) {
    const meant = name === undefined ? undefined : WITH_CONTROL[name];
    return meant === undefined ? null : { name: meant, text: '' };
  }
  if (name === 'tab') return { name: pressed.shift === true ? 'backtab' : 'tab', text: '' };
  const named = name === undefined ? undefined : NAMED[name];
  if (named !== undefined) return { name: named, text: '' };
  if (meta === true || text === undefined || text === '' || /\p{Cc}/u.test(text)) return null;
  return { name: 'char', text };
}
