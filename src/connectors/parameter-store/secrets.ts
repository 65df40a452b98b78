import { AppError } from '#kernel/errors.ts';
import type { SecretStore } from '#ports/secrets.ts';

/** What we use of `@aws-sdk/client-ssm` 3. https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/ssm/ */
export interface SsmModule {
  SSMClient: new (options: { region?: string; maxAttempts: number }) => {
    send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown>;
  };
  GetParameterCommand: new (input: { Name: string; WithDecryption: boolean }) => object;
}

export interface ParameterStoreOptions {
  /** Null: as the SDK finds it (AWS_REGION, profile, instance). */
  region: string | null;
  timeoutMs?: number;
  /** Where the SDK comes from. */
  load?: () => Promise<SsmModule>;
}

// A name in a variable: the package is optional, and neither the compiler nor a bundler may insist on it.
const PACKAGE = '@aws-sdk/client-ssm';

/** Secrets named `ssm:/path/name`, decrypted, through the AWS SDK, which is installed by those who need it. */
export function createParameterStore(options: ParameterStoreOptions): SecretStore {
  return {
    scheme: 'ssm',
    async get({ path, text }) {
      const sdk = await loadSdk(options);
      const client = new sdk.SSMClient({ maxAttempts: 2, ...(options.region === null ? {} : { region: options.region }) });
      let answer: unknown;
      try {
        const command = new sdk.GetParameterCommand({ Name: path, WithDecryption: true });
        answer = await client.send(command, { abortSignal: AbortSignal.timeout(options.timeoutMs ?? 5000) });
      } catch (error) {
        throw refusalOf(error, text);
      }
      const value = (answer as { Parameter?: { Value?: unknown } } | null)?.Parameter?.Value;
      if (typeof value !== 'string' || value.trim() === '')
        throw new AppError('not_found', `${text}: the parameter is empty.`, { code: 'secret_missing' });
      return value.replace(/\r?\n$/, '');
    },
  };
}

async function loadSdk({ load }: ParameterStoreOptions): Promise<SsmModule> {
  try {
    return await (load === undefined ? (import(PACKAGE) as Promise<SsmModule>) : load());
  } catch {
    throw new AppError('invalid', 'Reading from AWS Parameter Store needs the package @aws-sdk/client-ssm, which is not installed.', {
      code: 'aws_sdk_missing',
      hint: 'Run: npm install @aws-sdk/client-ssm@3',
    });
  }
}

/** By the names of the service's own errors. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
function refusalOf(error: unknown, text: string): AppError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ParameterNotFound' || name === 'ParameterVersionNotFound')
    return new AppError('not_found', `${text}: there is no such parameter.`, { code: 'secret_missing' });
  if (name === 'AccessDeniedException' || name === 'InvalidKeyId')
    return new AppError('forbidden', `${text}: AWS denies it (${name}).`, {
      code: 'aws_denied',
      hint: 'The role needs ssm:GetParameter, and kms:Decrypt for the key.',
    });
  if (/Credential|Token|Signature|UnrecognizedClient/.test(name))
    return new AppError('unauthenticated', `${text}: AWS does not accept our credentials (${name}).`, { code: 'aws_unauthenticated' });
  return new AppError('unavailable', `${text}: AWS cannot be asked now${name === '' ? '' : ` (${name})`}.`, { code: 'aws_unavailable' });
}
