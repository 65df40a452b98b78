/**
 * As the `ref` of what a dialog begins with: the focus is there before the dialog looks for a first place itself. For dialogs that a person has just
 * opened by a press, where it is expected to move.
 */
export const focusOnArrival = (element: HTMLElement | null): void => element?.focus();
