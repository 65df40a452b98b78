export { createFileBlobStore, type FileBlobStoreOptions } from './blob-store.ts';
