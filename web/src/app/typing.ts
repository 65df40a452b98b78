/** What has the focus, as far as it matters for who a key belongs to. */
export interface Focused {
  /** Its element's name in small letters. */
  tag: string;
  /** Of an input. */
  type: string;
  /** A text that can be edited without being a field. */
  editable: boolean;
}

/** Keys that mean something to an input in which nothing is typed; every other input takes all keys. */
const OWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  checkbox: [' '],
  radio: [' ', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
  button: [' ', 'Enter'],
  submit: [' ', 'Enter'],
  reset: [' ', 'Enter'],
  file: [' ', 'Enter'],
};

/** Whether a key belongs to what has the focus, so that no shortcut may take it. */
export function takesKey({ tag, type, editable }: Focused, key: string): boolean {
  if (editable || tag === 'textarea' || tag === 'select') return true;
  return tag === 'input' && (OWN_KEYS[type]?.includes(key) ?? true);
}
