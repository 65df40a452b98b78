import type { JsonValue } from '#kernel/json.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { applyJsonPatch } from './decide.json-patch.ts';
import { applyUnifiedDiff } from './decide.unified-diff.ts';
import type { AdmissionRefusal, Change } from './model.ts';

export type FileMode = '100644' | '100755';

/** A change with whole contents: what is stored, merged and landed. */
export type WholeChange =
  | { op: 'write'; path: string; from: string | null; baseBlob: string | null; mode: FileMode; content: Uint8Array }
  | { op: 'delete'; path: string; baseBlob: string; mode: FileMode };

/** The file a change starts from, at the document's base. */
export interface BaseFile {
  mode: FileMode;
  content: Uint8Array;
}

/** Turns any change into whole contents against its base file (null for `create`), or says why it cannot be. */
export function resolveChange(change: Change, base: BaseFile | null): Result<WholeChange, AdmissionRefusal> {
  switch (change.op) {
    case 'create':
      return written(change.path, null, null, change.mode ?? '100644', givenContent(change));
    case 'delete':
      return ok({ op: 'delete', path: change.path, baseBlob: change.base_blob, mode: base?.mode ?? change.mode ?? '100644' });
    case 'modify':
      return written(change.path, null, change.base_blob, change.mode ?? base?.mode ?? '100644', givenContent(change));
    case 'rename': {
      const kept = change.content === undefined && change.content_base64 === undefined && base !== null;
      return written(
        change.path,
        change.from,
        change.base_blob,
        change.mode ?? base?.mode ?? '100644',
        kept ? ok(base.content) : givenContent(change),
      );
    }
    case 'json_patch':
      return written(change.path, null, change.base_blob, base?.mode ?? '100644', patchedJson(change, base));
    case 'patch':
      return written(change.path, null, change.base_blob, base?.mode ?? '100644', patchedText(change, base));
  }
}

type Content = Result<Uint8Array, { code: string; detail: string }>;

function written(
  path: string,
  from: string | null,
  baseBlob: string | null,
  mode: FileMode,
  content: Content,
): Result<WholeChange, AdmissionRefusal> {
  if (!content.ok) return err({ ...content.error, path });
  return ok({ op: 'write', path, from, baseBlob, mode, content: content.value });
}

function givenContent(change: { content?: string | undefined; content_base64?: string | undefined }): Content {
  if (change.content !== undefined && change.content_base64 !== undefined)
    return err({ code: 'content_twice', detail: 'Give either "content" or "content_base64", not both.' });
  if (change.content !== undefined) {
    if (!change.content.isWellFormed())
      return err({ code: 'content_encoding', detail: 'The content is not valid Unicode; send it as content_base64.' });
    return ok(new TextEncoder().encode(change.content));
  }
  if (change.content_base64 === undefined) return err({ code: 'content_missing', detail: 'The change has neither "content" nor "content_base64".' });
  return fromBase64(change.content_base64);
}

function fromBase64(text: string): Content {
  const whole = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return whole ? ok(new Uint8Array(Buffer.from(text, 'base64'))) : err({ code: 'content_encoding', detail: '"content_base64" is not base64.' });
}

/** Text of a file, byte for byte (a byte order mark stays); null when it is not UTF-8. */
export function textOf(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

function patchedText(change: Extract<Change, { op: 'patch' }>, base: BaseFile | null): Content {
  const text = base === null ? null : textOf(base.content);
  if (text === null) return err({ code: 'not_text', detail: 'A patch needs a base file that is UTF-8 text.' });
  const result = applyUnifiedDiff(text, change.unified_diff);
  return result.ok ? ok(new TextEncoder().encode(result.value)) : err({ code: 'patch_failed', detail: result.error });
}

function patchedJson(change: Extract<Change, { op: 'json_patch' }>, base: BaseFile | null): Content {
  const text = base === null ? null : textOf(base.content);
  if (text === null) return err({ code: 'not_text', detail: 'A JSON patch needs a base file that is UTF-8 text.' });
  let value: JsonValue;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, '')) as JsonValue;
  } catch {
    return err({ code: 'not_json', detail: 'The base file is not JSON.' });
  }
  const result = applyJsonPatch(value, change.patch);
  return result.ok ? ok(new TextEncoder().encode(formatLike(text, result.value))) : err({ code: 'json_patch_failed', detail: result.error });
}

/** The value in the base file's style: its indentation, line ends, byte order mark and final line end. */
function formatLike(before: string, value: JsonValue): string {
  const indent = /^[{[]\r?\n([ \t]+)/.exec(before.replace(/^\ufeff/, ''))?.[1] ?? (before.includes('\n') ? '  ' : '');
  const text = JSON.stringify(value, null, indent);
  const ended = before.endsWith('\n') ? `${text}\n` : text;
  const lines = before.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended;
  return before.startsWith('\ufeff') ? `\ufeff${lines}` : lines;
}

/**
 * The stored form of a change: whole contents, as text where the bytes are UTF-8. Not with a zero byte in it: the database could not look
 * into a document that holds one, neither for its summary nor for its repository.
 */
export function toStoredChange(change: WholeChange): Change {
  if (change.op === 'delete') return { op: 'delete', path: change.path, base_blob: change.baseBlob, mode: change.mode };
  const text = textOf(change.content);
  const content = text === null || text.includes('\0') ? { content_base64: Buffer.from(change.content).toString('base64') } : { content: text };
  if (change.baseBlob === null) return { op: 'create', path: change.path, mode: change.mode, ...content };
  if (change.from === null) return { op: 'modify', path: change.path, base_blob: change.baseBlob, mode: change.mode, ...content };
  return { op: 'rename', from: change.from, path: change.path, base_blob: change.baseBlob, mode: change.mode, ...content };
}

/** Back from the stored form, which always holds whole contents. */
export function fromStoredChange(change: Change): WholeChange {
  const resolved = resolveChange(change, null);
  if (!resolved.ok) throw new TypeError(`a stored change cannot be read: ${resolved.error.detail}`);
  return resolved.value;
}
