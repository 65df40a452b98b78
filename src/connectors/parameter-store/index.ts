export { createParameterStore, type ParameterStoreOptions, type SsmModule } from './secrets.ts';
