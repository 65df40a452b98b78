// oxlint-disable no-control-regex -- what is written to a terminal is what is looked at
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../../../test/kit/top-sample.ts';
import { difference } from './differ.ts';
import { paint, type Frame } from './frame.ts';
import { glyphsOf, span, type Line } from './text.ts';
import { view } from './view.ts';

/** A terminal that does what is written to it; wide letters take `wide` places there, whatever Reeve thinks. */
function terminal(cols: number, rows: number, wide = 2) {
  const cells = Array.from({ length: rows }, () => Array.from({ length: cols }, () => ({ text: '?', style: '?' })));
  let [x, y, style, cursor] = [0, 0, '', false];
  return {
    cells,
    get cursor() {
      return cursor ? { x, y } : null;
    },
    write(text: string) {
      for (const [, csi, letters] of text.matchAll(/\u001b\[([\d;?]*[A-Za-z])|([^\u001b]+)/g)) {
        if (csi === '?25h') cursor = true;
        else if (csi === '?25l') cursor = false;
        else if (csi?.endsWith('H') === true)
          [y = 0, x = 0] = csi
            .slice(0, -1)
            .split(';')
            .map((part) => Number(part) - 1);
        else if (csi?.endsWith('m') === true) style = csi.slice(0, -1).replace(/^0;?/, '');
        else if (csi !== undefined && !csi.startsWith('?2026')) throw new Error(`a frame must not write ${csi}`);
        for (const glyph of glyphsOf(letters ?? '')) {
          const row = cells[y];
          if (row === undefined || x >= cols) throw new Error('written past the screen');
          row[x] = { text: glyph.text, style };
          if (glyph.width === 2 && x + 1 < cols) row[x + 1] = { text: '', style };
          x += glyph.width === 2 ? wide : 1;
        }
      }
    },
  };
}

const looks = (frame: Frame) => frame.cells.map((row) => row.map(({ text, style }) => ({ text, style })));

const word = fc.constantFrom('a', 'Reeve', '漢字', '👍', 'é', 'e\u0301', '─', '…', '⚠️', ' ', 'ｱ', '한', '\u001b[2J', '👨\u200d👩\u200d👧');
const line: fc.Arbitrary<Line> = fc
  .array(fc.tuple(word, fc.constantFrom('', '1', '31', '1;36', '7')), { maxLength: 12 })
  .map((parts) => parts.map(([text, style]) => span(text, style)));
const frame = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.option(fc.record({ x: fc.nat(29), y: fc.nat(6) })))
  .map(([lines, cursor]) => paint(lines, { cols: 30, rows: 7 }, cursor));

describe('the difference between two screens', () => {
  it('brings a terminal from one to the next, whatever stood on it', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), (frames) => {
        const screen = terminal(30, 7);
        let before: Frame | null = null;
        for (const after of frames) {
          screen.write(difference(before, after, true));
          expect(screen.cells).toEqual(looks(after));
          expect(screen.cursor).toEqual(after.cursor);
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('puts what follows a wide letter in its place, though a terminal takes it for a narrow one', () => {
    const screen = terminal(12, 1, 1);
    screen.write(difference(null, paint([[span('漢字 end')]], { cols: 12, rows: 1 }), true));
    expect(screen.cells[0]?.slice(5, 8).map(({ text }) => text)).toEqual(['e', 'n', 'd']);
  });

  it('is nothing where nothing changed, and a few bytes where a figure did', () => {
    const state = sampleState(80, 24);
    const first = view(state);
    expect(difference(first, view(state), true)).toBe('');
    // A second later the age of one thing has changed.
    const later = difference(first, view({ ...state, now: state.now + 60_000 }), true);
    expect(later).toMatch(/^\u001b\[\?2026h.*\u001b\[\?2026l$/s);
    expect(Buffer.byteLength(later)).toBeLessThan(400);
    expect(Buffer.byteLength(later)).toBeLessThan(Buffer.byteLength(difference(null, first, true)) / 5);
  });

  it('never clears the screen, which would flicker', () => {
    const states = [sampleState(80, 24), sampleState(80, 24, { view: 'runs' }), sampleState(60, 20, { view: 'queue' }), sampleState(120, 40)];
    let before: Frame | null = null;
    for (const state of states) {
      const after = view(state);
      expect(difference(before, after, true)).not.toMatch(/\u001b\[\d*[JK]/);
      before = after;
    }
  });

  it('has no colour where none is wanted, and still shows which row is chosen', () => {
    const plain = difference(null, view(sampleState(80, 24)), false);
    const styles = new Set(Array.from(plain.matchAll(/\u001b\[([\d;]*)m/g), ([, style = '']) => style));
    expect([...styles].every((style) => /^0(;[127])*$/.test(style))).toBe(true);
    expect(styles).toContain('0;7');
  });
});
