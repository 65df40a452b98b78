export {
  pathsOf,
  refuseAgainstBase,
  refuseBytes,
  refuseDocument,
  refuseOwned,
  refuseReferences,
  refuseShape,
  refuseTarget,
  refuseText,
} from './decide.admission.ts';
export { fromStoredChange, resolveChange, textOf, toStoredChange, type BaseFile, type FileMode, type WholeChange } from './decide.contents.ts';
export { isManifest, newInstallScripts } from './decide.install-scripts.ts';
export { stripAndRate, strippedPaths } from './decide.stripping.ts';
export {
  ChangeRequestDocument,
  ENTRY_STATES,
  type AdmissionRefusal,
  type AdmissionRules,
  type Change,
  type EntryState,
  type OwnedPath,
  type Publish,
} from './model.ts';
export { documentOfCommits } from './steps.document.ts';
