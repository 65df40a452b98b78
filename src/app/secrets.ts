import { AppError, messageOf } from '#kernel/errors.ts';
import { parseSecretReference, SECRET_SCHEMES, type SecretScheme } from '#kernel/secret-reference.ts';
import { resolveReferences, type Config } from '#platform/config/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createEnvironmentStore, createFileStore } from '#platform/secrets/index.ts';
import { createParameterStore } from '#connectors/parameter-store/index.ts';
import { createVault, type VaultLogin } from '#connectors/vault/index.ts';
import type { SecretStore } from '#ports/secrets.ts';

const LOCAL: readonly SecretScheme[] = ['env', 'file'];

type Told = Pick<Config, 'vaultAddr' | 'vaultToken' | 'vaultRoleId' | 'vaultSecretId' | 'vaultNamespace' | 'awsRegion' | 'environment'>;

/** The store of each scheme; made when it is first asked, so that nobody must set up what they do not use. */
export function createSecretStores(config: Told, onSecret: (secret: string) => void): (scheme: SecretScheme) => SecretStore {
  const made = new Map<SecretScheme, SecretStore>();
  const make: Record<SecretScheme, () => SecretStore> = {
    env: () => createEnvironmentStore((name) => config.environment([name])[name]),
    file: createFileStore,
    vault: () => vaultOf(config, onSecret),
    ssm: () => createParameterStore({ region: config.awsRegion }),
  };
  return (scheme) => {
    const store = made.get(scheme) ?? make[scheme]();
    made.set(scheme, store);
    return store;
  };
}

function vaultOf(config: Told, onSecret: (secret: string) => void): SecretStore {
  if (config.vaultAddr === null)
    throw new AppError('invalid', 'A vault: reference needs vault_addr.', { code: 'vault_not_set_up', hint: 'Set REEVE_VAULT_ADDR.' });
  return createVault({ address: config.vaultAddr, namespace: config.vaultNamespace, login: loginOf(config), clock: systemClock, onSecret });
}

function loginOf({ vaultToken, vaultRoleId, vaultSecretId }: Told): VaultLogin {
  if (vaultToken !== null) return { kind: 'token', token: vaultToken };
  if (vaultRoleId !== null && vaultSecretId !== null) return { kind: 'approle', roleId: vaultRoleId, secretId: vaultSecretId };
  throw new AppError('invalid', 'A vault: reference needs a way to log into Vault.', {
    code: 'vault_not_set_up',
    hint: 'Set REEVE_VAULT_TOKEN, or REEVE_VAULT_ROLE_ID and REEVE_VAULT_SECRET_ID.',
  });
}

/** The configuration with every secret that is kept elsewhere. What opens the other places (a token for Vault) is read first. */
export async function resolveSecrets<C extends Config>(config: C): Promise<C & { written?: C }> {
  if (config.references.size === 0) return config;
  const tokens: string[] = [];
  const near = createSecretStores(config, (secret) => tokens.push(secret));
  const opened = await resolveReferences(config, (reference) => near(reference.scheme).get(reference), LOCAL);
  const far = createSecretStores(opened, (secret) => tokens.push(secret));
  const resolved = await resolveReferences(opened, (reference) => far(reference.scheme).get(reference), SECRET_SCHEMES);
  return { ...resolved, secrets: [...new Set([...resolved.secrets, ...tokens])], written: config };
}

/** Each reference by itself: the setting, where it points, and the sentence when it cannot be read. Never a value. */
export async function examineSecrets(config: Config): Promise<{ name: string; places: string; trouble: string | null; hint: string | null }[]> {
  const found = [];
  for (const [setting, pending] of config.references) {
    // A list may hold values beside references; those are never shown.
    const items = typeof pending.value === 'string' ? pending.value.split(',') : pending.value.map(String);
    const places = items.flatMap((item) => parseSecretReference(item)?.text ?? []).join(', ');
    const others = [...config.references].filter(([name]) => name === setting || name.startsWith('vault'));
    const alone = { ...config, references: new Map(others) };
    const error = await resolveSecrets(alone).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    found.push({
      name: pending.name,
      places,
      trouble: error === null ? null : messageOf(error),
      hint: error instanceof AppError ? (error.hint ?? null) : null,
    });
  }
  return found;
}
