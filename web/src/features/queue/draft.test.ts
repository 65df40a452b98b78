import { expect, test } from 'vitest';
import { createBrowserStore } from '../../ui/browser-store.ts';
import { decideRest, emptyDraft, loadDraft, missingOf, saveDraft, toOrder, type Draft } from './draft.ts';

const CONFLICT = { id: 'cr_1', head: 'h1', files: [{ path: 'a.txt' }, { path: 'b.txt' }] };

function memory(full = false) {
  const kept = new Map<string, string>();
  const store = createBrowserStore(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      if (full) throw new DOMException('full');
      kept.set(key, value);
    },
    removeItem: (key) => void kept.delete(key),
  }));
  return { kept, ...store };
}

const DRAFT: Draft = {
  head: 'h1',
  files: { 'a.txt': { kind: 'edit', text: 'mine\n', picks: null, crlf: false }, 'b.txt': { kind: 'ours' } },
  reason: 'Agreed',
};

test('a draft is there again after a reload, and gone once nothing is decided', () => {
  const store = memory();
  expect(saveDraft(store, 'cr_1', DRAFT)).toBe(true);
  expect(loadDraft(store, CONFLICT)).toEqual(DRAFT);
  saveDraft(store, 'cr_1', emptyDraft('h1'));
  expect(store.kept.size).toBe(0);
});

test('a draft of another head, of files that are not in conflict, or of another shape is not believed', () => {
  const store = memory();
  saveDraft(store, 'cr_1', { ...DRAFT, head: 'h0' });
  expect(loadDraft(store, CONFLICT)).toEqual(emptyDraft('h1'));
  saveDraft(store, 'cr_1', { ...DRAFT, files: { ...DRAFT.files, 'c.txt': { kind: 'ours' }, 'b.txt': { kind: 'nonsense' } as never } });
  expect(Object.keys(loadDraft(store, CONFLICT).files)).toEqual(['a.txt']);
  store.setItem('reeve:resolve:cr_1', '{');
  expect(loadDraft(store, CONFLICT)).toEqual(emptyDraft('h1'));
});

test('a browser that keeps nothing says so', () => {
  expect(saveDraft(memory(true), 'cr_1', DRAFT)).toBe(false);
});

test('what is missing is named by file: undecided, or with markers left', () => {
  expect(missingOf(DRAFT, CONFLICT)).toEqual([]);
  expect(missingOf(emptyDraft('h1'), CONFLICT).map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  const marked = {
    ...DRAFT,
    files: { ...DRAFT.files, 'a.txt': { kind: 'edit' as const, text: '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n', picks: {}, crlf: false } },
  };
  expect(missingOf(marked, CONFLICT)).toEqual([{ path: 'a.txt', why: 'Conflict markers are left in line 1, 3, 5' }]);
});

test('the order names every file with its choice or its text', () => {
  expect(toOrder(DRAFT)).toEqual({
    choice: 'edit',
    files: [
      { path: 'a.txt', content: 'mine\n' },
      { path: 'b.txt', choice: 'ours' },
    ],
  });
});

test('one choice for the rest leaves what was decided before', () => {
  const rest = decideRest({ ...DRAFT, files: { 'a.txt': { kind: 'delete' } } }, CONFLICT, 'theirs');
  expect(rest.files).toEqual({ 'a.txt': { kind: 'delete' }, 'b.txt': { kind: 'theirs' } });
});

test('a file of Windows keeps its line ends', () => {
  const draft: Draft = { head: 'h1', files: { 'a.txt': { kind: 'edit', text: 'one\ntwo\n', picks: null, crlf: true } }, reason: '' };
  expect(toOrder(draft).files).toEqual([{ path: 'a.txt', content: 'one\r\ntwo\r\n' }]);
});
