export { createFileBlobStore } from './blob-store.ts';
