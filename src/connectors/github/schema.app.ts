import { z } from 'zod';

const Permissions = z
  .record(z.string(), z.string())
  .nullish()
  .transform((held) => held ?? {});

/** https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest */
export const AppConversion = z.object({
  id: z.number(),
  slug: z.string().regex(/^[\w.-]{1,100}$/),
  name: z.string(),
  html_url: z.string(),
  owner: z
    .object({ login: z.string().nullish(), slug: z.string().nullish() })
    .nullish()
    .transform((owner) => owner?.login ?? owner?.slug ?? 'ghost'),
  pem: z.string().min(1),
  webhook_secret: z.string().nullish(),
  client_secret: z.string().nullish(),
  permissions: Permissions,
  events: z.array(z.string()).default([]),
});
export type AppConversion = z.infer<typeof AppConversion>;

/** https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app */
export const GrantedInstallation = z.object({
  id: z.number(),
  account: z.object({ login: z.string().optional() }).nullish(),
  suspended_at: z.string().nullish(),
  repository_selection: z.string().nullish(),
  permissions: Permissions,
});

export const InstallationRepositories = z.object({ repositories: z.array(z.object({ full_name: z.string() })) });
