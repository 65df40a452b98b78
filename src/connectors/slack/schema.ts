import { z } from 'zod';

/** What we need of Slack's payloads, and no more; unknown members pass. https://api.slack.com/interactivity/slash-commands */
export const SlashCommand = z.looseObject({
  command: z.string().min(1).max(100),
  text: z.string().max(4000).default(''),
  team_id: z.string().max(30).optional(),
  user_id: z.string().min(1).max(30),
  channel_id: z.string().max(30).optional(),
  response_url: z.string().max(2000).optional(),
  trigger_id: z.string().max(200).optional(),
});

const Speaker = z.looseObject({ id: z.string().min(1).max(30), team_id: z.string().max(30).optional() });
const Team = z
  .looseObject({ id: z.string().max(30) })
  .nullable()
  .optional();

/** https://api.slack.com/reference/interaction-payloads/block-actions */
export const BlockActions = z.looseObject({
  type: z.literal('block_actions'),
  user: Speaker,
  team: Team,
  trigger_id: z.string().max(200).optional(),
  response_url: z.string().max(2000).optional(),
  actions: z.array(z.looseObject({ action_id: z.string().max(255), value: z.string().max(2000).optional() })).min(1),
});

/** https://api.slack.com/reference/interaction-payloads/views */
export const ViewSubmission = z.looseObject({
  type: z.literal('view_submission'),
  user: Speaker,
  team: Team,
  view: z.looseObject({
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000).default(''),
    state: z.looseObject({
      values: z.record(
        z.string(),
        z.record(z.string(), z.looseObject({ value: z.string().nullish(), selected_option: z.looseObject({ value: z.string() }).nullish() })),
      ),
    }),
  }),
});

export const Posted = z.looseObject({ channel: z.string(), ts: z.string() });

export const History = z.looseObject({
  messages: z
    .array(
      z.looseObject({
        ts: z.string(),
        metadata: z
          .looseObject({ event_type: z.string().optional(), event_payload: z.looseObject({ marker: z.string().optional() }).optional() })
          .optional(),
      }),
    )
    .default([]),
});

export const UserInfo = z.looseObject({
  user: z.looseObject({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.looseObject({ display_name: z.string().optional() }).optional(),
  }),
});

/** https://api.slack.com/methods/auth.test */
export const WhoAmI = z.object({ team: z.string().catch('an unnamed workspace'), user: z.string().catch('somebody') });
