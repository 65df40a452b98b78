import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionKind } from '#modules/actions/index.ts';
import { DEFAULT_POLICY_TEXT } from '#modules/policy/index.ts';
import { startFakeSlack, type FakeSlack } from '../fakes/slack/server.ts';
import { LONG } from '../kit/long.ts';
import { openKillable, POINTS, type Json, type Killable, type Point } from './killed.ts';

/*
 * kill -9 around the effects inside Reeve and in the chat, decided by people under the shipped policy. What rows, ledger and channel then show
 * must be what they show when nothing dies. `plan.approve` and `agent.dispatch` only leave their receipt: test/chaos/kill.itest.ts kills
 * around them.
 */
const CHANNEL = 'C0000TEST';
const PEOPLE = { ann: 'manager', bea: 'manager', cem: 'manager', dan: 'developer' } as const;
type Handle = keyof typeof PEOPLE;

let on: Killable;
let slack: FakeSlack;
let issue = 0;
const tokens = new Map<Handle, string>();

beforeAll(async () => {
  slack = await startFakeSlack();
  on = await openKillable();
  const chat = { slack_api_url: slack.apiUrl, slack_bot_token: slack.token, slack_signing_secret: slack.signingSecret, slack_channel: CHANNEL };
  on.configure('chat.yaml', JSON.stringify(chat));
  on.configure('reeve.yaml', '{}\n');
  await on.start();
  for (const [handle, role] of Object.entries(PEOPLE)) {
    await on.client().post('/v1/people', { handle, name: handle, role });
    const { token } = await on.client().post<{ token: string }>('/v1/tokens', { name: handle, role, person: handle });
    tokens.set(handle as Handle, token);
  }
  const project = await on.client().post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop' });
  await on.client().post('/v1/local/repositories', { project_id: project.id, name: 'sample/shop', files: { 'a.js': '1\n' } });
  issue = (await on.client().post<{ number: number }>('/v1/local/issues', { repository: 'sample/shop', title: 'One', body: 'b' })).number;
}, 180_000);
afterAll(async () => {
  await on.close();
  await slack.stop();
}, 60_000);

const as = (handle: Handle) => on.client(tokens.get(handle));

/** What one case works on, and the action that people have yet to decide; null: it comes while `carryOut` runs. */
interface Case {
  /** Of a project, of an assignee, or in a policy: no other case has it. */
  name: string;
  actionId: string | null;
}

interface Kind {
  config: 'reeve.yaml' | 'chat.yaml';
  /** How many have to say yes. */
  needed: number;
  prepare(nr: number): Promise<Case>;
  /** What shows that the effect happened, in words that do not name the case. */
  journal(of: Case): Promise<string[]>;
}

async function newProject(nr: number): Promise<string> {
  return (await on.client().post<{ id: string }>('/v1/projects', { key: `case${nr}x`, name: `Case ${nr}` })).id;
}

/** Ledger entries of a kind that name the action. */
async function told(kind: string, { actionId }: Case): Promise<string> {
  const [row] = await on.query<{ n: number }>(`select count(*)::int as n from ledger_entries where kind = $1 and payload ->> 'action_id' = $2`, [
    kind,
    actionId,
  ]);
  return `${kind} ${row?.n}`;
}

const KINDS: Partial<Record<ActionKind, Kind>> = {
  'policy.update': {
    config: 'reeve.yaml',
    needed: 2,
    async prepare(nr) {
      const name = DEFAULT_POLICY_TEXT.replace('max_files_per_change: 40', `max_files_per_change: ${nr}`);
      const { action_id: actionId } = await as('ann').post<{ action_id: string }>('/v1/policy/activate', { text: name });
      return { name, actionId };
    },
    async journal(of) {
      const [row] = await on.query<{ n: number }>('select count(*)::int as n from policy_versions where action_id = $1', [of.actionId]);
      const { text } = await on.client().get<{ text: string }>('/v1/policy');
      return [`versions ${row?.n}`, `in force ${text === of.name}`, await told('policy.activated', of)];
    },
  },
  'budget.raise': {
    config: 'reeve.yaml',
    needed: 1,
    async prepare(nr) {
      const name = await newProject(nr);
      const body = { project: name, period: 'month', cap_usd: 5000 };
      const { action } = await as('ann').patch<{ action: { id: string } }>('/v1/budget/caps', body);
      return { name, actionId: action.id };
    },
    async journal(of) {
      const { pools } = await on.client().get<{ pools: Json[] }>(`/v1/budget?project=${of.name}`);
      const caps = pools.filter((pool) => pool['scope'] === 'project' && pool['period'] === 'month').map((pool) => pool['cap_micros']);
      return [`caps ${JSON.stringify(caps)}`, await told('budget.raised', of)];
    },
  },
  'rollout.advance': {
    config: 'reeve.yaml',
    needed: 2,
    async prepare(nr) {
      const name = await newProject(nr);
      await as('ann').post(`/v1/projects/${name}/rollout`, { do: 'rollback' });
      const body = { do: 'advance', override: 'We know this team.' };
      const { action } = await as('ann').post<{ action: { id: string } }>(`/v1/projects/${name}/rollout`, body);
      return { name, actionId: action.id };
    },
    async journal(of) {
      const { stage } = await on.client().get<{ stage: string }>(`/v1/projects/${of.name}/rollout`);
      return [`stage ${stage}`, await told('rollout.advanced', of)];
    },
  },
  'approval.notify': {
    config: 'chat.yaml',
    needed: 0,
    prepare: async (nr) => ({ name: `person${nr}x`, actionId: null }),
    async journal(of) {
      const about = [...slack.messages.values()].filter((message) => JSON.stringify(message.blocks).includes(of.name));
      return about.map(({ channel, edits }) => `in ${channel}, edited ${edits} times`);
    },
  },
};

/** Lets the action be carried out: by the yeses that are missing, or by a question that the channel is told of. Any answer may be lost. */
async function carryOut({ name, actionId }: Case, needed: number): Promise<() => Promise<string>> {
  if (actionId === null) {
    const target = { forge: 'local', repo: 'sample/shop', number: issue };
    const [before] = await on.query<{ id: string }>(`select coalesce(max(id), '') as id from actions`);
    await as('dan')
      .post('/v1/actions/propose', { kind: 'issue.assign', target, args: { assignees: [name] } })
      .catch(() => null);
    return () => lastNotice(before?.id ?? '');
  }
  for (const handle of (['bea', 'cem'] as const).slice(0, needed)) {
    const { digest } = await as(handle).get<{ digest: string }>(`/v1/approvals/${actionId}`);
    await as(handle)
      .post(`/v1/approvals/${actionId}/decision`, { decision: 'approve', digest, reason: 'Seen.' })
      .catch(() => null);
  }
  return async () => actionId;
}

/** The newest one: a case waits until the one before has ended. */
async function lastNotice(before: string): Promise<string> {
  return on.until(async () => {
    const [row] = await on.query<{ id: string }>(`select id from actions where kind = 'approval.notify' and id > $1 order by id desc limit 1`, [
      before,
    ]);
    return row?.id ?? null;
  }, 'the channel is to be told');
}

/** In the short run what a chat would show twice when it is asked twice. */
const SHORT: Partial<Record<ActionKind, readonly Point[]>> = { 'approval.notify': ['action.effect.after'] };
const cases = (Object.entries(KINDS) as [ActionKind, Kind][]).flatMap(([name, kind]) => {
  const points = LONG ? POINTS : (SHORT[name] ?? []);
  return points.length === 0 ? [] : [{ name, kind, points }];
});

it('kill -9 around the effects inside Reeve and in the chat: each is there once, as if nothing had died', { timeout: 1_800_000 }, async () => {
  let nr = 40;
  let kills = 0;
  for (const { name, kind, points } of cases) {
    on.use(kind.config);
    await on.restart();
    const first = await kind.prepare((nr += 1));
    const before = await kind.journal(first);
    const find = await carryOut(first, kind.needed);
    expect([name, await on.ended(await find())]).toEqual([name, 'executed']);
    const undisturbed = await kind.journal(first);
    expect([name, undisturbed]).not.toEqual([name, before]);
    for (const point of points) {
      const of = await kind.prepare((nr += 1));
      await on.killedAt(point, name, () => carryOut(of, kind.needed));
      expect([name, point, await kind.journal(of)]).toEqual([name, point, undisturbed]);
      kills += 1;
    }
  }
  expect(await on.client().get('/v1/ledger/verify')).toMatchObject({ verified: true });
  console.log(`attack: killed ${kills} times around the effects of ${cases.length} kinds inside Reeve, 0 effects lost, 0 twice`);
});
