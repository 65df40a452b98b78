/**
 * As the `ref` of what a dialog begins with: the focus is there before the dialog looks for a first place itself. For dialogs that a person has just
 * opened by a press, where it is expected to move.
 */
export const focusOnArrival = (element: HTMLElement | null): void => element?.focus();

/** To the dialog that is open, or the innermost heading of the page: where what had the focus is gone. From nowhere, Tab would begin at the top. */
function focusPage(): void {
  const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"][data-state="open"]')].at(-1);
  if (dialog !== undefined) {
    dialog.focus();
    return;
  }
  const headings = [...document.querySelectorAll<HTMLElement>('main :is(h1, h2)[tabindex="-1"]')];
  headings.findLast((heading) => heading.checkVisibility())?.focus({ preventScroll: true });
}

/** Back to what had the focus before something that is gone now. Whoever has gone elsewhere meanwhile stays there. */
export function focusAgain(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus({ preventScroll: true });
  if (document.activeElement === document.body) focusPage();
}
