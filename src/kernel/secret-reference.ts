/** Where a secret is, instead of the secret: `env:NAME`, `file:/path`, `vault:mount/path#key`, `ssm:/path/name`. */
export interface SecretReference {
  scheme: SecretScheme;
  /** What stands behind the colon, without the key: a variable, a path, `mount/path`, a parameter's name. */
  path: string;
  /** Member of the secret (`vault` alone). */
  key: string | null;
  /** As written; names a place and is no secret. */
  text: string;
}

export const SECRET_SCHEMES = ['env', 'file', 'vault', 'ssm'] as const;
export type SecretScheme = (typeof SECRET_SCHEMES)[number];

const FORMS: Readonly<Record<SecretScheme, RegExp>> = {
  env: /^env:([A-Za-z_]\w{0,254})$/,
  file: /^file:(\/[^\0\n]{1,4000})$/,
  vault: /^vault:([\w.-]+(?:\/[\w.-]+)+)#([\w.-]+)$/,
  ssm: /^ssm:(\/?[\w.-]+(?:\/[\w.-]+)*)$/,
};

/** Parses a reference; null for anything else, which is then a value. Text that begins like one and is none is told by `looksLikeReference`. */
export function parseSecretReference(text: string): SecretReference | null {
  for (const scheme of SECRET_SCHEMES) {
    const [, path, key] = FORMS[scheme].exec(text.trim()) ?? [];
    if (path !== undefined && !path.split('/').includes('..')) return { scheme, path, key: key ?? null, text: text.trim() };
  }
  return null;
}

/** `vault:secret/app` without its key is a mistake, not a password. */
export function looksLikeReference(text: string): boolean {
  return /^\s*(?:env|file|vault|ssm):/.test(text);
}
