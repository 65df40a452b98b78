import { Fragment } from 'react';

/** A sentence of the server's; what stands between backticks is set as code. */
export function WithCode({ text }: { text: string }) {
  return (
    <>
      {text.split('`').map((part, index) => (
        <Fragment key={index}>{index % 2 === 1 ? <code className="font-mono text-[0.92em]">{part}</code> : part}</Fragment>
      ))}
    </>
  );
}
