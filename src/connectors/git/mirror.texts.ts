import type { ObjectReader } from './client.batch.ts';
import { createNumbering, isBinary, type Text } from './map.lines.ts';

/** Texts by the ids of their blobs, numbered alike, and kept for a while: the same base is compared with many changes. */
export interface Texts {
  /** Null: one of them is not here, is no text, or is too large to be worked on in this process. The empty id is the empty text. */
  read(ids: readonly string[]): Promise<Text[] | null>;
}

/** Larger files are git's: working on them would hold up everything else in this process. */
const MOST_BYTES = 256 * 1024;
const MOST_REFUSED = 20_000;
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
/** Different lines that are remembered; beyond, all is begun anew. */
const MOST_LINES = 200_000;

export function createTexts(reader: ObjectReader): Texts {
  const kept = new Map<string, Text>();
  /** Ids of what is no text, or too large: not to be read again. */
  const refused = new Set<string>();
  let numbering = createNumbering();
  let bytes = 0;

  function keep(id: string, text: Text): void {
    if (!kept.has(id)) bytes += text.content.length;
    // Used again: the last to go.
    kept.delete(id);
    kept.set(id, text);
    for (const [oldest, { content }] of kept) {
      if (bytes <= MOST_KEPT_BYTES) break;
      kept.delete(oldest);
      bytes -= content.length;
    }
  }

  async function contentOf(id: string): Promise<Buffer | null> {
    if (id === '') return Buffer.alloc(0);
    const before = kept.get(id);
    if (before !== undefined) return before.content;
    const object = await reader.read(id);
    if (object?.type !== 'blob') return null;
    if (object.data.length <= MOST_BYTES && !isBinary(object.data)) return object.data;
    if (refused.size >= MOST_REFUSED) refused.clear();
    refused.add(id);
    return null;
  }

  return {
    async read(ids) {
      if (ids.some((id) => refused.has(id))) return null;
      const contents = await Promise.all(ids.map(contentOf));
      // From here on nothing is waited for, so all of them are numbered by the same numbering.
      if (numbering.size() > MOST_LINES) {
        numbering = createNumbering();
        kept.clear();
        bytes = 0;
      }
      const texts: Text[] = [];
      for (const [at, content] of contents.entries()) {
        if (content === null) return null;
        const id = ids[at] ?? '';
        const text = kept.get(id) ?? numbering.text(content);
        keep(id, text);
        texts.push(text);
      }
      return texts;
    },
  };
}
