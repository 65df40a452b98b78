import { z } from 'zod';

/** Answers of Vault's HTTP API, as far as we read them. https://developer.hashicorp.com/vault/api-docs */
export const LoginAnswer = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number().min(0), renewable: z.boolean().default(false) }),
});

/** `GET /v1/:mount/data/:path`; a deleted version comes with status 404 and `data: null`. https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 */
export const SecretAnswer = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({ version: z.number(), destroyed: z.boolean().default(false), deletion_time: z.string().default('') }),
  }),
});

export const ErrorAnswer = z.object({ errors: z.array(z.string()).default([]) });
