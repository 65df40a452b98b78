import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, crc32, deflate, deflateSync } from 'node:zlib';

const deflateAside = promisify<Uint8Array, object, Buffer>(deflate);
/** Beyond this compressing would hold the event loop for milliseconds. */
const MOST_SYNC_BYTES = 64 * 1024;
const OPTIONS = { level: constants.Z_BEST_SPEED };

/** An object to be packed; `data` without git's header. */
export interface PackedObject {
  id: string;
  type: 'commit' | 'tree' | 'blob';
  data: Uint8Array;
}

export interface EncodedPack {
  /** The pack's own hash, which is its name. */
  name: string;
  pack: Buffer;
  index: Buffer;
}

const TYPE_NUMBERS = { commit: 1, tree: 2, blob: 3 } as const;

/** A pack (version 2, no deltas) and its index (version 2), as in git's gitformat-pack(5). */
export async function encodePack(objects: readonly PackedObject[], format: 'sha1' | 'sha256'): Promise<EncodedPack> {
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const parts: Buffer[] = [head];
  const places: Place[] = [];
  let offset = head.length;
  for (const { id, type, data } of objects) {
    const packed = data.length > MOST_SYNC_BYTES ? await deflateAside(data, OPTIONS) : deflateSync(data, OPTIONS);
    const bytes = Buffer.concat([entryHead(TYPE_NUMBERS[type], data.length), packed]);
    places.push({ id, offset, crc: crc32(bytes) });
    parts.push(bytes);
    offset += bytes.length;
  }
  const body = Buffer.concat(parts);
  const checksum = createHash(format).update(body).digest();
  return { name: checksum.toString('hex'), pack: Buffer.concat([body, checksum]), index: encodeIndex(places, checksum, format) };
}

/** Type and size: four bits of the size beside the type, then seven in each byte, the lowest first. */
function entryHead(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

interface Place {
  id: string;
  offset: number;
  crc: number;
}

/** Offsets fit into 31 bits: a pack of ours is far below 2 GB. */
function encodeIndex(places: readonly Place[], packChecksum: Buffer, format: 'sha1' | 'sha256'): Buffer {
  const sorted = places.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const head = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
  const fanout = Buffer.alloc(256 * 4);
  for (const { id } of sorted) {
    const at = Number.parseInt(id.slice(0, 2), 16) * 4;
    fanout.writeUInt32BE(fanout.readUInt32BE(at) + 1, at);
  }
  for (let at = 4; at < fanout.length; at += 4) fanout.writeUInt32BE(fanout.readUInt32BE(at) + fanout.readUInt32BE(at - 4), at);
  const ids = Buffer.concat(sorted.map(({ id }) => Buffer.from(id, 'hex')));
  const numbers = Buffer.alloc(sorted.length * 8);
  for (const [at, { crc, offset }] of sorted.entries()) {
    numbers.writeUInt32BE(crc, at * 4);
    numbers.writeUInt32BE(offset, (sorted.length + at) * 4);
  }
  const body = Buffer.concat([head, fanout, ids, numbers, packChecksum]);
  return Buffer.concat([body, createHash(format).update(body).digest()]);
}
