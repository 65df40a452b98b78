export { createLocal } from './local.ts';
