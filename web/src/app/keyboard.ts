import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { takesKey } from './typing.ts';

export interface Shortcut {
  /** As `KeyboardEvent.key`: `j`, `?`, `Enter`, `Escape`; two with a blank: one after the other (`g a`). */
  keys: string;
  label: string;
  run(event: KeyboardEvent): void;
  /** Not now: it is neither run nor listed. */
  disabled?: boolean;
}

interface Group {
  title: string;
  shortcuts: readonly Shortcut[];
}

const groups = new Map<symbol, Group>();
const watchers = new Set<() => void>();
let listed: readonly Group[] = [];
let begun: { key: string; atMs: number } | null = null;
const SEQUENCE_MS = 1200;

function renew(): void {
  listed = [...groups.values()];
  for (const watcher of watchers) watcher();
}

/**
 * Gives keys a meaning while a component is shown; `?` lists them under `title`. Keys that belong to a field (typing.ts), and those with Ctrl, Alt
 * or Meta, are left alone; so is everything while a dialog is open, but what the dialog itself handles.
 */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  const listing = shortcuts.map(({ keys, label, disabled }) => `${keys}\n${label}\n${disabled === true}`).join('\n');
  useEffect(() => {
    const id = Symbol(title);
    // What a shortcut does is looked up when it is pressed: its closure may be newer than the list.
    const shown = latest.current.map((shortcut, index) => ({
      ...shortcut,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    groups.set(id, { title, shortcuts: shown });
    renew();
    return () => {
      groups.delete(id);
      renew();
    };
  }, [title, listing]);
}

/** What may be pressed now, for the list that `?` opens. */
export function useShortcutGroups(): readonly Group[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => listed,
  );
}

/** Listens on the whole page; once, in the shell. Answers how to end it. */
export function listenToKeys(): () => void {
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || belongsTo(event.target, event.key)) return;
  if (document.querySelector('[role="dialog"][data-state="open"], [role="menu"][data-state="open"]') !== null) return;
  const now = performance.now();
  const sequence = begun !== null && now - begun.atMs < SEQUENCE_MS ? `${begun.key} ${event.key}` : null;
  begun = null;
  const found = (sequence === null ? undefined : find(sequence)) ?? find(event.key);
  if (found !== undefined) {
    event.preventDefault();
    found.run(event);
  } else if (begins(event.key)) begun = { key: event.key, atMs: now };
}

/** The innermost first: a page's own meaning of a key wins over the shell's. */
function find(keys: string): Shortcut | undefined {
  return [...groups.values()]
    .toReversed()
    .flatMap((group) => group.shortcuts)
    .find((shortcut) => shortcut.keys === keys && shortcut.disabled !== true);
}

const begins = (key: string): boolean => listed.some((group) => group.shortcuts.some((shortcut) => shortcut.keys.startsWith(`${key} `)));

function belongsTo(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest('input, textarea, select') ?? target;
  const editable = target.isContentEditable || target.closest('[role="textbox"]') !== null;
  return takesKey({ tag: field.localName, type: field instanceof HTMLInputElement ? field.type : '', editable }, key);
}
