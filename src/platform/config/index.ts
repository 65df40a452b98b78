export { loadConfig, publicUrlOf, type Config, type Environment, type LoadOptions } from './load.ts';
export type { Problem } from './file.ts';
export { resolveReferences, type GetSecret } from './references.ts';
export { renderConfigReference } from './reference.ts';
export type { SectionSchemas, SectionValues } from './sections.ts';
export { SECTIONS, SETTINGS, type SectionName, type Setting, type SettingName, type SettingValues } from './settings.ts';
