import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into lines. A line longer than `maxBytes` is handed over in pieces, so memory stays bounded. */
export function createLineSplitter(onLine: (line: string) => void, maxLength: number): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  const flush = (): void => {
    if (parts.length === 0) return;
    const line = parts.join('');
    parts = [];
    length = 0;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
  const add = (text: string): void => {
    if (text === '') return;
    parts.push(text);
    length += text.length;
    if (length >= maxLength) flush();
  };
  const feed = (text: string): void => {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      add(text.slice(from, at));
      flush();
      from = at + 1;
    }
    add(text.slice(from));
  };
  return {
    push: (chunk) => feed(decoder.write(chunk)),
    end() {
      feed(decoder.end());
      flush();
    },
  };
}
