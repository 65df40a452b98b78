import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Screen } from '../output.ts';
import type { Key } from './model.ts';
import { enterSession } from './session.ts';

/** What is pressed when a terminal sends these bytes. */
async function keysOf(bytes: string): Promise<Key[]> {
  const keys: Key[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: () => undefined });
  const screen = { input, output: new PassThrough(), colours: false } as unknown as Screen;
  const nothing = (): void => undefined;
  const session = enterSession(screen, { onKey: (key) => keys.push(key), onResize: nothing, onFree: nothing, onRepaint: nothing, onEnd: nothing });
  input.write(bytes);
  await expect.poll(() => keys.at(-1)).toEqual({ name: 'char', text: '!' });
  session.leave();
  return keys.slice(0, -1);
}
const paste = (text: string): string => `\u001b[200~${text}\u001b[201~!`;

it('nothing that is pasted is a key, Ctrl-C neither', async () => {
  expect(await keysOf(paste('a\u0003\rq\u001b[Ab'))).toEqual([{ name: 'paste', text: 'a\u0003\rqb' }]);
});

it('a paste ends at its end, also where half a sequence stands before it', async () => {
  expect(await keysOf(paste('a\u001b['))).toEqual([{ name: 'paste', text: 'a' }]);
  // The letters of its mark are none.
  expect(await keysOf(paste('a[201~q'))).toEqual([{ name: 'paste', text: 'a[201~q' }]);
  expect(await keysOf('\u0003!')).toEqual([{ name: 'quit', text: '' }]);
});
