export { createSettings, type Settings, type SettingsDeps } from './commands.ts';
export { RUNTIME_KEYS, RUNTIME_SETTINGS, type RuntimeKey, type RuntimeValues, type SettingsView, type SettingView } from './model.ts';
export { settingsRoutes } from './routes.ts';
