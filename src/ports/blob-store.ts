/** Bytes under a name: execution logs, artifacts. Keys are relative slash paths of safe characters. */
export interface BlobStore {
  put(key: string, content: Uint8Array): Promise<void>;
  /** Appends; creates when missing. Whole lines stay whole. */
  append(key: string, content: Uint8Array): Promise<void>;
  /** Bytes from `offset`, at most `limit`; null when there is no such key. */
  read(key: string, offset?: number, limit?: number): Promise<Buffer | null>;
  size(key: string): Promise<number | null>;
  delete(key: string): Promise<void>;
}
