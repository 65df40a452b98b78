import { z } from 'zod';

/** https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
export const BranchRule = z.object({
  type: z.string(),
  /** GitHub documents it as one that may be left out. */
  ruleset_id: z.number().nullish(),
  parameters: z
    .object({
      required_approving_review_count: z.number().optional(),
      allowed_merge_methods: z.array(z.string()).nullish(),
      required_status_checks: z.array(z.object({ context: z.string() })).optional(),
    })
    .nullish(),
});
export type BranchRule = z.infer<typeof BranchRule>;

/** https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset */
export const Ruleset = z.object({
  id: z.number(),
  name: z.string(),
  /** Of whoever asks: `always`, `pull_requests_only`, `never`, `exempt`. */
  current_user_can_bypass: z.string().nullish(),
});
export type Ruleset = z.infer<typeof Ruleset>;

/** GitHub always says whether it is protected; what other servers leave out is not known. */
export const Branch = z.object({ name: z.string(), protected: z.boolean().nullish() });

const Names = z
  .object({
    users: z.array(z.object({ login: z.string() })).nullish(),
    apps: z.array(z.object({ slug: z.string() })).nullish(),
    teams: z.array(z.unknown()).nullish(),
  })
  .nullish();
export type Names = z.infer<typeof Names>;

/** https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection */
export const ClassicProtection = z.object({
  required_status_checks: z.object({ contexts: z.array(z.string()).default([]) }).nullish(),
  required_pull_request_reviews: z.object({ required_approving_review_count: z.number().nullish(), bypass_pull_request_allowances: Names }).nullish(),
  enforce_admins: z.object({ enabled: z.boolean() }).nullish(),
  restrictions: Names,
  required_linear_history: z.object({ enabled: z.boolean() }).nullish(),
});
export type ClassicProtection = z.infer<typeof ClassicProtection>;

/** Ids of deliveries are longer than a number is exact. */
const LongId = z.union([z.number().int(), z.bigint(), z.string()]).transform(String);

/** https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook */
export const HookDelivery = z.object({
  id: LongId,
  guid: z.string(),
  delivered_at: z.string(),
  /** Whether it was asked for: of the same delivery there is an older attempt. */
  redelivery: z.boolean().nullish(),
  /** Of the receiver; 0 where none answered. */
  status_code: z.number(),
  event: z.string(),
  action: z.string().nullish(),
});
export type HookDelivery = z.infer<typeof HookDelivery>;

export const Hook = z.object({ id: z.number(), active: z.boolean(), config: z.object({ url: z.string().nullish() }) });
