/**
 * How a piece of text looks: parameters of "select graphic rendition" (ECMA-48, 8.3.117), `1;36`; empty: plain. Only the sixteen colours of the
 * terminal's own palette, so that a person's theme stays theirs.
 */
export type Style = string;

export const PLAIN: Style = '';
export const STRONG: Style = '1';
export const QUIET: Style = '2';
export const ACCENT: Style = '36';
export const TITLE: Style = '1;36';
export const GOOD: Style = '32';
export const WARN: Style = '33';
export const BAD: Style = '31';
export const ALARM: Style = '1;31';
export const CHOSEN: Style = '7';

const isColour = (parameter: string): boolean => /^(3|4|9|10)\d$/.test(parameter);

/** The same with colours taken away and weight kept (https://no-color.org asks for no more). */
export const withoutColour = (style: Style): Style =>
  style
    .split(';')
    .filter((parameter) => parameter !== '' && !isColour(parameter))
    .join(';');

/** Both together. */
export const both = (one: Style, other: Style): Style => (one === '' ? other : other === '' ? one : `${one};${other}`);
