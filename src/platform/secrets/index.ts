export { findRegistered, findSecrets, type SecretFinding } from './find.ts';
export { createEnvironmentStore, createFileStore } from './local-stores.ts';
