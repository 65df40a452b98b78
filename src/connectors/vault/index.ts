export { createVault, type VaultLogin, type VaultOptions } from './secrets.ts';
