import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { startFakeSlack, type FakeSlack } from '../fakes/slack/server.ts';
import { differences, stateOf } from './state.ts';
import { openWorld, OTHER, SHOP, type Answer, type World } from './world.ts';

/*
 * Every way to forge, replay or steal a decision, over HTTP on the running product. Races between decisions are in
 * src/modules/approvals/around.itest.ts: 50 of each pair, 1,000 in the long run.
 */
type Json = Record<string, unknown>;
interface Pending {
  id: string;
  digest: string;
}
type Expected = readonly [status: number, code: string];
interface Forgery {
  what: string;
  /** Makes what it needs and tries it; answers what came back. */
  attempt(): Promise<Answer>;
  expected: Expected;
}

describe('a decision that is forged, stale, stolen or replayed', { timeout: 300_000 }, () => {
  let world: World;
  let slack: FakeSlack;
  let agent: Awaited<ReturnType<World['hijack']>>;

  beforeAll(async () => {
    slack = await startFakeSlack();
    world = await openWorld({
      env: {
        REEVE_SLACK_API_URL: slack.apiUrl,
        REEVE_SLACK_BOT_TOKEN: slack.token,
        REEVE_SLACK_SIGNING_SECRET: slack.signingSecret,
        REEVE_SLACK_CHANNEL: 'C0000TEST',
      },
    });
    agent = await world.hijack('Round the total');
    await world.settled();
  }, 180_000);
  afterAll(async () => {
    await world.close();
    await slack.stop();
  });

  const bearer = (handle: string): string => `Bearer ${world.tokens[handle] ?? ''}`;
  const post = (by: string, at: string, body: unknown, headers?: Record<string, string>) => world.call(by, 'POST', at, body, headers);

  async function propose(kind: 'pr.merge' | 'issue.close' | 'rollout.advance', by = 'b-developer', repo = SHOP): Promise<Pending> {
    const forms = {
      'pr.merge': { target: { forge: 'local', repo, number: 1 }, args: { message: 'm' }, preconditions: { head_sha: 'a'.repeat(40) } },
      'issue.close': { target: { forge: 'local', repo, number: 1 }, args: { reason: 'completed' } },
      'rollout.advance': { target: { forge: 'reeve', repo: 'rollout' }, args: { project_id: world.projects.shop, stage: 'core' } },
    };
    const { status, body, text } = await post(bearer(by), '/v1/actions/propose', { kind, ...forms[kind] });
    if (status !== 201 || body['status'] !== 'pending') throw new Error(text);
    return { id: String(body['action_id']), digest: String(body['digest']) };
  }
  const decide = (by: string, action: Pending, more: Json = {}, headers?: Record<string, string>) =>
    post(by, `/v1/approvals/${action.id}/decision`, { decision: 'approve', digest: action.digest, ...more }, headers);

  async function person(role: 'developer' | 'maintainer' | 'manager'): Promise<{ id: string; handle: string; bearer: string; tokenId: string }> {
    const handle = `p-${Math.random().toString(36).slice(2, 10)}`;
    const made = await world.server.modules.people.create({ handle, name: handle, role }, SYSTEM_ACTOR);
    const { secret, token } = await world.server.modules.access.createToken({ name: handle, role, person: handle }, SYSTEM_ACTOR);
    return { id: made.id, handle, bearer: `Bearer ${secret}`, tokenId: token.id };
  }
  const approveAs = async (by: string, kind: 'pr.merge' | 'issue.close' = 'pr.merge', more: Json = {}) => decide(by, await propose(kind), more);

  const forgeries: Forgery[] = [
    { what: 'nobody', attempt: () => approveAs(''), expected: [401, 'unauthenticated'] },
    {
      what: 'a token that was made up',
      attempt: () => approveAs(`Bearer reeve_tok_01J00000000000000000000000_${'x'.repeat(43)}`),
      expected: [401, 'unauthenticated'],
    },
    { what: 'an unsigned JWT', attempt: () => approveAs(`Bearer ${unsignedJwt()}`), expected: [401, 'unauthenticated'] },
    { what: 'the token of a run', attempt: () => approveAs(agent.authorization), expected: [403, '*'] },
    {
      what: 'the token of a run, of its own proposal',
      attempt: async () => decide(agent.authorization, await agentProposal()),
      expected: [403, '*'],
    },
    {
      what: 'an agent that changes what people decide on',
      attempt: async () => decide(agent.authorization, await agentProposal(), { decision: 'modify', modified_args: {} }),
      expected: [403, '*'],
    },
    { what: 'the admin token', attempt: async () => approveAs(`Bearer ${await adminToken()}`), expected: [403, 'person_required'] },
    { what: 'a service account', attempt: async () => approveAs(`Bearer ${await serviceToken()}`), expected: [403, 'person_required'] },
    { what: 'a viewer', attempt: () => approveAs(bearer('a-viewer')), expected: [403, '*'] },
    { what: 'a developer, where a maintainer is asked', attempt: () => approveAs(bearer('a-developer')), expected: [403, 'role_missing'] },
    {
      what: 'the one who proposed it',
      attempt: async () => decide(bearer('a-maintainer'), await propose('pr.merge', 'a-maintainer')),
      expected: [403, 'requester_never_decides'],
    },
    {
      what: 'the one who proposed it, against it',
      attempt: async () => decide(bearer('a-maintainer'), await propose('pr.merge', 'a-maintainer'), { decision: 'decline' }),
      expected: [403, 'requester_never_decides'],
    },
    {
      what: 'another digest',
      attempt: () => approveAs(bearer('a-maintainer'), 'pr.merge', { digest: '0'.repeat(64) }),
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'the digest of another action',
      attempt: async () => approveAs(bearer('a-maintainer'), 'pr.merge', { digest: (await propose('issue.close')).digest }),
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'the digest in capital letters',
      attempt: async () => {
        const action = await propose('pr.merge');
        return decide(bearer('a-maintainer'), action, { digest: action.digest.toUpperCase() });
      },
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'the digest with a space',
      attempt: async () => {
        const action = await propose('pr.merge');
        return decide(bearer('a-maintainer'), action, { digest: `${action.digest} ` });
      },
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'the old digest of what was modified',
      attempt: async () => {
        const { old } = await modified();
        return decide(bearer('b-maintainer'), old);
      },
      expected: [409, 'already_decided'],
    },
    {
      what: 'the old digest on its successor',
      attempt: async () => {
        const { old, successor } = await modified();
        return decide(bearer('b-maintainer'), { id: successor, digest: old.digest });
      },
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'the one who modified it',
      attempt: async () => {
        const { successor } = await modified();
        return decide(bearer('a-maintainer'), await read(successor));
      },
      expected: [403, 'requester_never_decides'],
    },
    {
      what: 'after its time',
      attempt: async () => {
        const action = await propose('pr.merge');
        await world.query(`update approvals set expires_at = clock_timestamp() where id = $1`, [action.id]);
        return decide(bearer('a-maintainer'), action);
      },
      expected: [409, 'expired'],
    },
    {
      what: 'the same decision again',
      attempt: async () => {
        const action = await propose('issue.close');
        await decide(bearer('a-maintainer'), action, { decision: 'decline' });
        return decide(bearer('a-maintainer'), action, { decision: 'decline' });
      },
      expected: [409, 'already_decided'],
    },
    {
      what: 'the opposite decision afterwards',
      attempt: async () => {
        const action = await propose('issue.close');
        await decide(bearer('a-maintainer'), action, { decision: 'decline' });
        return decide(bearer('b-maintainer'), action);
      },
      expected: [409, 'already_decided'],
    },
    {
      what: 'a yes given twice where two people are asked',
      attempt: async () => {
        const action = await propose('rollout.advance');
        await decide(bearer('a-manager'), action);
        return decide(bearer('a-manager'), action);
      },
      expected: [409, 'already_voted'],
    },
    {
      what: 'a token that was revoked',
      attempt: async () => {
        const who = await person('maintainer');
        await world.server.modules.access.revokeToken(who.tokenId, SYSTEM_ACTOR);
        return approveAs(who.bearer);
      },
      expected: [401, 'unauthenticated'],
    },
    {
      what: 'a person who lost the role since the token was made',
      attempt: async () => {
        const who = await person('maintainer');
        await world.admin.patch(`/v1/people/${who.id}`, { role: 'developer' });
        return approveAs(who.bearer);
      },
      expected: [403, 'role_missing'],
    },
    {
      what: 'a person who left',
      attempt: async () => {
        const who = await person('maintainer');
        await world.admin.patch(`/v1/people/${who.id}`, { active: false });
        return approveAs(who.bearer);
      },
      expected: [401, 'unauthenticated'],
    },
    {
      what: 'a person of another project',
      attempt: async () => {
        const who = await person('maintainer');
        await world.server.modules.access.limitPerson(who.id, ['other'], SYSTEM_ACTOR);
        return approveAs(who.bearer);
      },
      expected: [404, '*'],
    },
    { what: 'a token for another project', attempt: async () => approveAs(`Bearer ${await limitedToken()}`), expected: [404, '*'] },
    {
      what: 'an approval of another project under the id of one’s own',
      attempt: async () => {
        const who = await person('maintainer');
        await world.server.modules.access.limitPerson(who.id, ['other'], SYSTEM_ACTOR);
        const [own, wanted] = [await propose('pr.merge', 'b-developer', OTHER), await propose('pr.merge')];
        return decide(who.bearer, { id: own.id, digest: wanted.digest });
      },
      expected: [409, 'digest_mismatch'],
    },
    {
      what: 'an id that walks',
      attempt: async () => {
        const action = await propose('pr.merge');
        return decide(bearer('a-maintainer'), { id: `x%2f..%2f${action.id}`, digest: action.digest });
      },
      expected: [404, '*'],
    },
    {
      what: 'an id nobody knows',
      attempt: () => decide(bearer('a-maintainer'), { id: 'act_01J00000000000000000000000', digest: '0'.repeat(64) }),
      expected: [404, '*'],
    },
    ...(
      [
        ['a decision nobody knows', { decision: 'APPROVE' }],
        ['a decision in a list', { decision: ['approve'] }],
        ['no decision', { decision: null }],
        ['a digest in a list', { digest: ['0'.repeat(64)] }],
        ['no digest', { digest: '' }],
        ['somebody to decide for', { person: 'b-maintainer' }],
        ['a role along with it', { role: 'admin' }],
        ['other arguments without a modification', { decision: 'modify' }],
      ] as const
    ).map(([what, more]): Forgery => ({ what, attempt: () => approveAs(bearer('a-maintainer'), 'pr.merge', more), expected: [422, '*'] })),
    {
      what: 'a decision in the proposal',
      attempt: () =>
        post(bearer('a-developer'), '/v1/actions/propose', {
          kind: 'pr.merge',
          target: { forge: 'local', repo: SHOP, number: 1 },
          args: { message: 'm' },
          preconditions: { head_sha: 'a'.repeat(40) },
          decision: 'approve',
          status: 'approved',
        }),
      expected: [422, '*'],
    },
    {
      what: 'a decision in the arguments',
      attempt: () =>
        post(bearer('a-developer'), '/v1/actions/propose', {
          kind: 'pr.merge',
          target: { forge: 'local', repo: SHOP, number: 1 },
          args: { message: 'm', approved_by: 'a-maintainer' },
          preconditions: { head_sha: 'a'.repeat(40) },
        }),
      expected: [422, '*'],
    },
    { what: 'Slack, wrongly signed', attempt: async () => throughSlack(await propose('issue.close'), { secret: 'a guess' }), expected: [401, '*'] },
    { what: 'Slack, unsigned', attempt: async () => throughSlack(await propose('issue.close'), { signature: null }), expected: [401, '*'] },
    {
      what: 'Slack, six minutes old',
      attempt: async () => throughSlack(await propose('issue.close'), { timestamp: Math.floor(Date.now() / 1000) - 360 }),
      expected: [401, '*'],
    },
  ];

  const unsignedJwt = (): string => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part({ sub: 'person:a-maintainer', role: 'maintainer', iss: 'urn:reeve', aud: 'reeve', exp: 9_999_999_999 })}.`;
  };
  async function agentProposal(): Promise<Pending> {
    const { body } = await post(agent.authorization, '/v1/actions/propose', {
      kind: 'issue.close',
      target: { forge: 'local', repo: SHOP, number: agent.issue },
      args: { reason: 'completed' },
    });
    return { id: String(body['action_id']), digest: String(body['digest']) };
  }
  const adminToken = async (): Promise<string> => {
    const { readFileSync } = await import('node:fs');
    return readFileSync(`${world.dataDir}/admin-token`, 'utf8').trim();
  };
  const tokenOf = async (more: Json): Promise<string> =>
    (await world.server.modules.access.createToken({ name: 'forged', role: 'maintainer', ...more } as never, SYSTEM_ACTOR)).secret;
  const serviceToken = () => tokenOf({ service: 'ci' });
  const limitedToken = () => tokenOf({ person: 'b-maintainer', projects: ['other'] });
  const read = async (id: string): Promise<Pending> => ({ id, digest: (await world.server.modules.actions.get(id))?.digest ?? '' });
  async function modified(): Promise<{ old: Pending; successor: string }> {
    const old = await propose('pr.merge');
    const { status, text } = await decide(bearer('a-maintainer'), old, { decision: 'modify', modified_args: { message: 'Other words' } });
    if (status !== 200) throw new Error(text);
    return { old, successor: (await world.server.modules.actions.get(old.id))?.supersededBy ?? '' };
  }
  async function throughSlack(action: Pending, wrong: Parameters<FakeSlack['send']>[2]): Promise<Answer> {
    const payload = {
      type: 'block_actions',
      user: { id: 'U1' },
      team: { id: 'T0000TEST' },
      actions: [{ type: 'button', action_id: 'approve', value: JSON.stringify(action) }],
    };
    const { status, text } = await slack.send(world.url, new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), wrong);
    return { status, text, body: {} };
  }

  it('is refused, each with its own status, and nothing happens', async () => {
    const before = await stateOf(world);
    const wrong: string[] = [];
    for (const { what, attempt, expected } of forgeries) {
      const { status, body, text } = await attempt();
      const [wantedStatus, code] = expected;
      if (status !== wantedStatus || (code !== '*' && body['code'] !== code))
        wrong.push(`${what}: ${status} ${JSON.stringify(body['code'] ?? text)}, not ${expected.join(' ')}`);
    }
    expect(wrong).toEqual([]);
    await world.settled();
    // What the table itself made: people and tokens, declines and modifications that were asked for, one yes of two.
    const own = /^(\+ (people|tokens|approval_votes|approvals) |~ (people|tokens) )/;
    expect(differences(before, await stateOf(world)).filter((difference) => !own.test(difference))).toEqual([]);
    expect(
      await world.query(
        `select id from approvals where status = 'approved' and created_at > now() - interval '1 hour' and decided_by not like 'person:a-manager'`,
      ),
    ).toEqual([]);
    const [executed] = await world.query<{ n: number }>(
      `select count(*)::int as n from actions where status in ('executed', 'executing', 'failed') and kind in ('pr.merge', 'issue.close', 'rollout.advance')`,
    );
    expect(executed).toEqual({ n: 0 });
    console.log(`attack: ${forgeries.length} forged decisions, ${forgeries.length} refused, 0 effects`);
  });

  it('of two that were asked does not count once its person has lost the role: nothing is carried out', async () => {
    const [first, second] = [await person('manager'), await person('manager')];
    const action = await propose('rollout.advance');
    expect((await decide(first.bearer, action)).status).toBe(200);
    await world.admin.patch(`/v1/people/${first.id}`, { role: 'developer' });
    expect((await decide(second.bearer, action)).status).toBe(200);
    await world.settled();
    expect(await world.server.modules.actions.get(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
  });

  it('in a batch is refused one by one', async () => {
    const [mine, good] = [await propose('pr.merge', 'a-maintainer'), await propose('pr.merge')];
    const items = [mine, { ...good, digest: mine.digest }].map(({ id, digest }) => ({ id, digest }));
    const { body, text } = await post(bearer('a-maintainer'), '/v1/approvals/decisions', { decision: 'approve', kind: 'pr.merge', items });
    expect([
      text,
      JSON.stringify(body)
        .match(/requester_never_decides|digest_mismatch/g)
        ?.toSorted(),
    ]).toEqual([text, ['digest_mismatch', 'requester_never_decides']]);
    for (const { id } of [mine, good]) expect((await world.server.modules.approvals.get(id))?.status).toBe('pending');
  });
});
