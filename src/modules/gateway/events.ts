/** Persisted ledger kinds. Subject: the call's or version's id. */
export const MODEL_CALLED = 'model.called';
export const MODEL_VERSION_ADDED = 'model_version.added';
export const MODEL_VERSION_CHANGED = 'model_version.changed';
export const MODEL_VERSION_REMOVED = 'model_version.removed';
