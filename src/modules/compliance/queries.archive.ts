import { Buffer } from 'node:buffer';
import type { ExportFile } from './model.ts';

const BLOCK = 512;

/** Digits of `value` in base 8, as ustar writes numbers. */
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** The header of one file (POSIX.1-1988 ustar). Throws RangeError for a path it has no room for. */
function headerOf(path: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (header.write(path, 0, 100) < Buffer.byteLength(path)) throw new RangeError(`the path ${path} is too long for the archive`);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes, 12), 124);
  // No times: the same export is the same archive.
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Files as a tar archive below `folder`, one after the other as they come. */
export async function* tarOf(folder: string, files: AsyncIterable<ExportFile>): AsyncGenerator<Buffer> {
  for await (const { path, text } of files) {
    const content = Buffer.from(text);
    yield headerOf(`${folder}/${path}`, content.length);
    yield content;
    yield Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}
