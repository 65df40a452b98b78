export { createLocal } from './local.ts';
export { loadAppConfig } from './config.ts';
export { startServer, type RunningServer } from './serve.ts';
