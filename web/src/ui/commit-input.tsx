import { useState } from 'react';
import { TextInput } from './text-input.tsx';

export interface CommitInputProps {
  value: string;
  /** Told once the text is done with: on Enter, and when the field is left. */
  onCommit(text: string): void;
  /** Id of a `datalist` with what may be meant. */
  list?: string;
  placeholder?: string;
  id?: string;
}

/** A text that takes effect when it is finished, not with every letter. */
export function CommitInput({ value, onCommit, ...rest }: CommitInputProps) {
  const [text, setText] = useState(value);
  // The address changed under it (a chip was taken away, the way back): what is there now is shown.
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const commit = (): void => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextInput
      {...rest}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
