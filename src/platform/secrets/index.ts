export { findRegistered, findSecrets, type SecretFinding } from './find.ts';
export { withoutSecrets } from './mask.ts';
export { createEnvironmentStore, createFileStore } from './local-stores.ts';
