import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

const DEMO_AGENT = path.resolve(import.meta.dirname, '../../src/demo/agent.ts');

inBrowser('the settings', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole({
      config: {
        agents: {
          codex: { harness: 'acp', command: [process.execPath, DEMO_AGENT], sandbox: 'none', skills: ['typescript'] },
          gone: { harness: 'acp', command: ['/no/such/agent', '--acp'], sandbox: 'none' },
        },
        roles: { coder: 'codex' },
        projects: { shop: { repo: 'acme/shop', name: 'Web shop', checks: [{ name: 'test', command: 'npm test' }] } },
        people: [{ handle: 'bo', name: 'Bo Lindqvist', email: 'bo@example.com', role: 'developer', skills: ['infra'] }],
      },
    });
  });
  afterAll(() => bench.end());

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  it('every section has an address and a link; a narrow window has a choice instead', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings' });
    await page.waitForURL(`${bench.url}/settings/projects`);
    const list = page.getByRole('navigation', { name: 'Settings' });
    for (const name of ['Repositories', 'People', 'Agents', 'Policy', 'Budget', 'Configuration', 'Connections', 'Tokens', 'Sessions']) {
      await list.getByRole('link', { name }).click();
      await heading(page, name);
    }
    await page.goto(`${bench.url}/settings/nothing`);
    await page.getByText('There is no such part of the settings').waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel('Part of the settings').selectOption('people');
    await heading(page, 'People');
  });

  it('a person is edited: what is wrong stands at its field, and what was changed is shown and kept', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/people' });
    await page.getByRole('button', { name: 'Bo Lindqvist' }).click();
    const form = page.getByRole('dialog', { name: 'Bo Lindqvist' });
    await form.getByLabel('Time zone').fill('Nowhere');
    await form.getByLabel('Skills').fill('infra, go');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('must be a time zone like Europe/Berlin').waitFor();
    expect(await form.getByLabel('Time zone').getAttribute('aria-invalid')).toBe('true');
    await form.getByLabel('Time zone').fill('Europe/Oslo');
    await form.getByLabel('Hours a week').fill('24');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    const row = page.getByRole('row', { name: /Bo Lindqvist/ });
    await row.getByText('Europe/Oslo').waitFor();
    await row.getByText('24', { exact: true }).waitFor();
    const { items } = await bench.api.get<{ items: Array<{ handle: string; skills: string[]; name: string }> }>('/v1/people');
    expect(items.find(({ handle }) => handle === 'bo')).toMatchObject({ skills: ['infra', 'go'], name: 'Bo Lindqvist' });
  });

  it('what was typed is not lost without a question, and a person has a link', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/people' });
    await page.getByRole('button', { name: 'Bo Lindqvist' }).click();
    await page.waitForURL(/item=pers/);
    const form = page.getByRole('dialog', { name: 'Bo Lindqvist' });
    await form.getByLabel('Name').fill('Somebody else');
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByRole('button', { name: 'Stay' }).click();
    await expect.poll(() => form.getByLabel('Name').inputValue()).toBe('Somebody else');
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Leave' }).click();
    await form.waitFor({ state: 'detached' });
    await page.goBack();
    await form.waitFor();
    await expect.poll(() => form.getByLabel('Name').inputValue()).toBe('Bo Lindqvist');
    // Also to who is further down than the list was read.
    await page.route(/\/v1\/people\?/, async (route) => {
      const response = await route.fetch();
      const list = (await response.json()) as { items: Array<{ handle: string }> };
      await route.fulfill({ response, json: { ...list, items: list.items.filter(({ handle }) => handle !== 'bo') } });
    });
    await page.reload();
    await expect.poll(() => form.getByLabel('Name').inputValue()).toBe('Bo Lindqvist');
    await expect.poll(() => page.getByRole('button', { name: 'Bo Lindqvist', includeHidden: true }).count()).toBe(0);
    await page.goto(`${bench.url}/settings/people?item=pers_gone`);
    await page.getByRole('alert').filter({ hasText: 'person' }).waitFor();
  });

  it('a person has accounts elsewhere and sees some projects only', async () => {
    await bench.as('ada', 'admin');
    const { items } = await bench.api.get<{ items: Array<{ id: string; handle: string }> }>('/v1/people');
    const idOf = (handle: string): string => items.find((one) => one.handle === handle)?.id ?? '';
    await bench.api.post('/v1/identities', { source: 'github', external_id: 'ada-l', person_id: idOf('ada') });
    const page = await bench.open('ada', 'admin', { at: `/settings/people?item=${idOf('bo')}` });
    const form = page.getByRole('dialog', { name: 'Bo Lindqvist' });
    const login = form.getByLabel('Login');
    const add = form.getByRole('button', { name: 'Add the account' });
    await login.fill('x'.repeat(201));
    await add.click();
    await form.locator('[aria-invalid=true]').waitFor();
    await login.fill('Ada-L');
    await add.click();
    await form.getByText('ada-l on github is linked to somebody else.').waitFor();
    expect(await login.inputValue()).toBe('Ada-L');
    await login.fill('Bo-L');
    await add.click();
    const accounts = form.getByRole('list', { name: 'Accounts elsewhere' });
    await accounts.getByText('bo-l').waitFor();
    await expect.poll(() => login.inputValue()).toBe('');
    await form.getByText('They see all projects.').waitFor();
    await form.getByLabel('Limit them to').selectOption({ label: 'Web shop' });
    await form.getByRole('button', { name: 'Limit them to it' }).click();
    await form.getByRole('list', { name: 'Only these projects' }).getByText('Web shop').waitFor();
    expect((await bench.api.get<{ projects: string[] }>(`/v1/people/${idOf('bo')}/projects`)).projects).toHaveLength(1);
    await expectGoodPage(page);
    await form.getByRole('button', { name: 'Lift the limit' }).click();
    await page.getByRole('dialog', { name: 'Lift the limit?' }).getByRole('button', { name: 'Lift the limit' }).click();
    await form.getByText('They see all projects.').waitFor();
    await form.getByRole('button', { name: 'Remove bo-l on GitHub' }).click();
    await form.getByText('No account elsewhere is known.').waitFor();
  });

  it('a team is made of people whom Reeve knows, and removed', async () => {
    const page = await bench.open('mira', 'manager', { at: '/settings/people' });
    await page.getByRole('button', { name: 'Make a team' }).click();
    const form = page.getByRole('dialog', { name: 'Make a team' });
    await form.getByLabel('Name').fill('Money matters');
    await form.getByLabel('Members').fill('@bo, nobody');
    await form.getByRole('button', { name: 'Make the team' }).click();
    await form.getByText('Nobody has the handle nobody.').waitFor();
    expect(await form.getByLabel('Members').getAttribute('aria-invalid')).toBe('true');
    await form.getByLabel('Members').fill('@bo');
    await form.getByRole('button', { name: 'Make the team' }).click();
    const teams = page.getByRole('table', { name: 'Teams' });
    await teams
      .getByRole('row', { name: /money-matters/ })
      .getByText('@bo')
      .waitFor();
    await teams.getByRole('button', { name: /Money matters/ }).click();
    await page.waitForURL(/item=team_/);
    const team = page.getByRole('dialog', { name: 'Money matters' });
    await team.getByLabel('Members').waitFor();
    await expectGoodPage(page);
    await team.getByRole('button', { name: 'Remove the team' }).click();
    await page.getByRole('dialog', { name: 'Remove the team?' }).getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('There is no team yet').waitFor();
  });

  it('what somebody else changed of a person, a team, a project or a repository is seen before anything is saved over it', async () => {
    const one = async (list: string, has: string): Promise<string> => {
      const { items } = await bench.api.get<{ items: Array<{ id: string; key?: string; handle?: string; name: string }> }>(list);
      return items.find(({ key, handle, name }) => [key, handle, name].includes(has))?.id ?? '';
    };
    const team = await bench.api.post<{ id: string }>('/v1/teams', { key: 'ops', name: 'Ops', members: [] });
    const page = await bench.open('ada', 'admin', { at: '/settings/people' });
    const cases = [
      { section: 'people', path: '/v1/people', id: await one('/v1/people', 'bo'), field: 'Hours a week', mine: '11', theirs: { wip_limit: 7 } },
      { section: 'people', path: '/v1/teams', id: team.id, field: 'Name', mine: 'Operations', theirs: { members: ['bo'] } },
      { section: 'projects', path: '/v1/projects', id: await one('/v1/projects', 'shop'), field: 'Lanes', mine: '4', theirs: { name: 'The shop' } },
      {
        section: 'repositories',
        path: '/v1/repositories',
        id: await one('/v1/repositories', 'acme/shop'),
        field: 'Default branch',
        mine: 'trunk',
        theirs: { tier: 'sandbox' },
      },
    ] as const;
    for (const { section, path, id, field, mine, theirs } of cases) {
      await page.goto(`${bench.url}/settings/${section}?item=${id}`);
      await page.getByLabel(field, { exact: true }).fill(mine);
      await bench.api.patch(`${path}/${id}`, theirs);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const conflict = page.getByRole('alert').filter({ hasText: 'while you were typing.' });
      const onTop = conflict.getByRole('button', { name: /save on top of theirs/ });
      expect(await page.getByLabel(field, { exact: true }).inputValue()).toBe(mine);
      if (section === 'projects') {
        // What is dropped and typed anew is typed over theirs.
        await onTop.and(page.locator(':enabled')).waitFor();
        await page.getByRole('button', { name: 'Discard', exact: true }).click();
        await page.getByLabel(field, { exact: true }).fill(mine);
        await conflict.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Save', exact: true }).click();
      } else await onTop.click();
      await page.getByText(/ is changed\./).waitFor();
      const now = await bench.api.get<object>(`${path}/${id}`);
      expect(now).toMatchObject(theirs);
      expect(JSON.stringify(now)).toContain(mine);
    }
    await bench.api.patch(`/v1/projects/${await one('/v1/projects', 'shop')}`, { name: 'Web shop' });
    await bench.api.delete(`/v1/teams/${team.id}`);
  });

  it('a setting is changed: a wrong value is refused at its field, and somebody else’s change is no accident', async () => {
    const page = await bench.open('mira', 'manager', { at: '/settings/config' });
    const attempts = page.getByLabel('runs.max_attempts', { exact: true });
    await attempts.fill('99');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('must be a whole number from 1 to 10').waitFor();
    await attempts.fill('5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings are changed.').waitFor();
    await page.getByText(/mira changed it/).waitFor();
    await attempts.fill('6');
    await bench.api.patch('/v1/config', { 'queue.max_retries': 7 });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Somebody else changed the settings while you were typing.', { exact: false }).waitFor();
    await page.getByRole('button', { name: /save on top of theirs/ }).click();
    const values = async () => (await bench.api.get<{ values: Record<string, unknown> }>('/v1/config')).values;
    await expect.poll(async () => (await values())['runs.max_attempts']).toBe(6);
    expect((await values())['queue.max_retries']).toBe(7);
    const retries = page.getByLabel('queue.max_retries', { exact: true });
    await retries.fill('4');
    await page.getByRole('button', { name: 'Set runs.max_attempts back to its default' }).click();
    await expect.poll(() => attempts.inputValue()).toBe('3');
    // What was typed meanwhile is no part of that press, and not lost by it.
    expect(await retries.inputValue()).toBe('4');
    expect((await values())['queue.max_retries']).toBe(7);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(async () => (await values())['queue.max_retries']).toBe(4);
  });

  it('an agent that starts says who it is, and one that does not says what to do', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/agents' });
    await page.getByRole('button', { name: 'Test codex' }).click();
    await page.getByText('Reeve demo agent 1.0.0 speaks ACP.').waitFor();
    await page.getByText('code, ask').waitFor();
    await page.getByRole('button', { name: 'Test gone' }).click();
    await page.getByText('There is no command /no/such/agent', { exact: false }).waitFor();
    await page.getByText('What to do:', { exact: false }).waitFor();
    const viewer = await bench.open('vera', 'viewer', { at: '/settings/agents' });
    await viewer.getByText('does not start').waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: /^Test / }).count()).toBe(0);
  });

  it('a token is shown once, works as far as it may, is seen in use, and is revoked', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/tokens' });
    await page.getByRole('button', { name: 'Make a token' }).click();
    const form = page.getByRole('dialog', { name: 'Make a token' });
    await form.getByLabel('Name').first().fill('nightly report');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Drop what you typed?' }).getByRole('button', { name: 'Go on writing' }).click();
    await form.getByLabel('Person').selectOption('bo');
    await form.getByLabel('May do').selectOption('read');
    // Made, and the line cut before the answer: the second press makes no second one.
    await form.getByLabel('Name').first().fill('cut off');
    await page.route('**/v1/tokens', (route) => route.fetch().then(() => route.abort()), { times: 1 });
    await form.getByRole('button', { name: 'Make the token' }).click();
    await form.getByText('The server cannot be reached.').waitFor();
    await form.getByRole('button', { name: 'Make the token' }).click();
    await form.getByText('This was done already').waitFor();
    const { items } = await bench.api.get<{ items: Array<{ name: string }> }>('/v1/tokens', { limit: 200 });
    expect(items.filter(({ name }) => name === 'cut off')).toHaveLength(1);
    await form.getByLabel('Name').first().fill('nightly report');
    await form.getByRole('button', { name: 'Make the token' }).click();
    const secret = (await page.getByLabel('The token', { exact: true }).textContent()) ?? '';
    expect(secret).toMatch(/^reeve_tok_/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Leave without the token?' }).getByRole('button', { name: 'Go back to it' }).click();
    // A page over plain HTTP of another machine may not write to the clipboard: the person copies it.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    const byHand = page.getByRole('textbox', { name: 'the token, to be copied' });
    for (const key of ['Escape', 'ControlOrMeta+c']) {
      await page.getByRole('button', { name: 'Copy the token' }).click();
      expect(await byHand.inputValue()).toBe(secret);
      await page.keyboard.press(key);
      await expect.poll(() => byHand.count()).toBe(0);
      expect(await page.getByRole('dialog', { name: 'Leave without the token?' }).count()).toBe(0);
    }
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await page.content()).not.toContain(secret);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${bench.url}/v1/people`, { headers })).status).toBe(200);
    expect(
      (
        await fetch(`${bench.url}/v1/policy/check`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: '{"text":""}',
        })
      ).status,
    ).toBe(403);
    await page.getByRole('button', { name: 'Revoke nightly report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('“nightly report” is revoked.').waitFor();
    expect((await fetch(`${bench.url}/v1/people`, { headers })).status).toBe(401);
    await page.getByLabel('Show those that no longer work').check();
    await page
      .getByRole('row', { name: /nightly report/ })
      .getByText('revoked')
      .waitFor();
  });

  it('a project is made: what is typed is kept until it is sent, and its page follows', async () => {
    const page = await bench.open('mira', 'manager', { at: '/settings/projects' });
    await page.getByRole('button', { name: 'Make a project' }).click();
    const form = page.getByRole('dialog', { name: 'Make a project' });
    await form.getByLabel('Name').fill('Back office');
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog', { name: 'Drop what you typed?' });
    await question.getByRole('button', { name: 'Go on writing' }).click();
    await form.getByRole('button', { name: 'Make the project' }).click();
    await page.waitForURL(/item=proj_/);
    await page.getByRole('heading', { level: 2, name: 'Back office' }).waitFor();
    await expect.poll(() => question.count()).toBe(0);
    await bench.api.delete(`/v1/projects/${new URL(page.url()).searchParams.get('item') ?? ''}`);
  });

  it('a project gets a check and an agent for a role, and what nobody touched stays', async () => {
    const page = await bench.open('mira', 'manager', { at: '/settings/projects' });
    await page.getByRole('button', { name: 'Web shop' }).click();
    await page.getByRole('button', { name: 'Add a check' }).click();
    await page.getByLabel('Name of check 2').fill('lint');
    await page.getByLabel('Command of check 2').fill('npm run lint');
    await page.getByLabel('Reviewer', { exact: true }).selectOption('codex');
    await page.getByLabel('Lanes', { exact: true }).fill('300');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('Lanes', { exact: true }).and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByLabel('Lanes', { exact: true }).fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Web shop is changed.').waitFor();
    const { items } = await bench.api.get<{ items: Array<{ key: string; settings: object }> }>('/v1/projects');
    expect(items.find(({ key }) => key === 'shop')?.settings).toMatchObject({
      checks: [
        { name: 'test', command: 'npm test' },
        { name: 'lint', command: 'npm run lint', timeout_s: 600 },
      ],
      roles: { reviewer: 'codex' },
      queue: { lanes: 3, most_batch: 8 },
    });
  });

  it('a repository gets another tier; leave to work there is for admins', async () => {
    const [repository] = (await bench.api.get<{ items: Array<{ id: string; name: string }> }>('/v1/repositories')).items;
    const page = await bench.open('mira', 'manager', { at: `/settings/repositories?item=${repository?.id ?? ''}` });
    const form = page.getByRole('dialog', { name: 'acme/shop' });
    expect(await form.getByLabel(/^Allowed:/).isDisabled()).toBe(true);
    await form.getByLabel('Tier').selectOption('core');
    await form.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('row', { name: /acme\/shop/ })
      .getByText('core')
      .waitFor();
  });

  it('the history of a repository on GitHub is read, shown with how far it has got, and tried again; others say that they have none', async () => {
    const { items } = await bench.api.get<{ items: Array<{ id: string; project_id: string }> }>('/v1/repositories');
    const page = await bench.open('mira', 'manager', { at: `/settings/repositories?item=${items[0]?.id ?? ''}` });
    await page.getByText('Everything of this repository is heard as it happens: there is no history to read.').waitFor();
    const input = { project_id: items[0]?.project_id, forge: 'github', name: 'acme/far' };
    const { id } = await bench.api.post<{ id: string }>('/v1/repositories', input);
    await page.goto(`${bench.url}/settings/repositories?item=${id}`);
    const form = page.getByRole('dialog', { name: 'acme/far' });
    await form.getByText('It was never read.').waitFor();
    expect(await form.getByRole('button', { name: 'Read the history' }).isDisabled()).toBe(true);
    await bench.api.patch(`/v1/repositories/${id}`, { allowlisted: true });
    await form.getByRole('button', { name: 'Read the history' }).click();
    await form.getByText('The forge is not connected.').waitFor();
    await form.getByText('stopped by a failure').waitFor();
    // As it is after some pages, while somebody else had it rest.
    await bench.sql("update backfill_parts set done = true, pages = 3, seen = 70, stored = 12 where part = 'issues'");
    await bench.sql("update backfills set state = 'paused', problem = null");
    await page.reload();
    await form.getByText('3 pages, 70 things seen, 12 facts kept').waitFor();
    await form.getByText('It goes on with issue comments.').waitFor();
    await expectGoodPage(page);
    await form.getByRole('button', { name: 'Go on' }).click();
    await form.getByRole('button', { name: 'Try again' }).click();
    await form.getByText('The forge is not connected.').waitFor();
  });

  it('everything that costs money is stopped with a reason and goes on again; a higher cap waits for people', async () => {
    const page = await bench.open('mira', 'manager', { at: '/settings/budget' });
    await page.getByRole('button', { name: 'Stop everything' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Reason/).fill('the bill is strange');
    await dialog.getByRole('button', { name: 'Stop everything' }).click();
    await page.getByText('mira stopped it: the bill is strange').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Agents are sent and models are asked').waitFor();
    await page
      .getByRole('button', { name: /^Change the cap of The whole installation/ })
      .first()
      .click();
    await page.getByLabel(/^Cap in US dollars/).fill('1,000');
    await page.getByRole('button', { name: 'Set the cap' }).click();
    await page.getByText('This can be read as two numbers.').waitFor();
    await page.getByLabel(/^Cap in US dollars/).fill('100000');
    await page.getByRole('button', { name: 'Set the cap' }).click();
    await page.getByRole('link', { name: 'It waits as an approval' }).waitFor();
  });

  it('connections say what was measured, and how to connect what is not', async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/settings/connections' });
    await page.getByText('Embedded forge').waitFor();
    await page.getByText('REEVE_SLACK_BOT_TOKEN', { exact: false }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Check / }).count()).toBe(0);
  });

  it('a session is ended from another browser', async () => {
    const own = await bench.open('sam', 'developer', { at: '/settings/sessions' });
    await own
      .getByRole('button', { name: /^Sign out/ })
      .first()
      .waitFor();
    await expect.poll(() => own.getByRole('row').count()).toBe(2);
    await own.getByRole('row').getByRole('cell', { name: 'Sam', exact: true }).waitFor();
    await own.getByRole('button', { name: /^Sign out/ }).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await own.waitForURL('**/sign-in*');
  });

  it('who may not is told who may, and sees no buttons that would be refused', async () => {
    const page = await bench.open('vera', 'viewer', { at: '/settings/people' });
    await page.getByText('Managers and admins add and change people. You are signed in as viewer.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Add a person' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Bo Lindqvist' }).click();
    await page.getByText('No account elsewhere is known.').waitFor();
    await page.getByText('Admins see and set it.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: /Add the account|Limit them|Make a team/ }).count()).toBe(0);
    await page.goto(`${bench.url}/settings/tokens`);
    await page.getByText('Admins see and make tokens. You are signed in as viewer.').waitFor();
    await page.goto(`${bench.url}/settings/connections`);
    await page.getByText('This is not open to you').waitFor();
    await page.goto(`${bench.url}/settings/config`);
    expect(await page.getByLabel('runs.max_attempts', { exact: true }).isDisabled()).toBe(true);
    await expect.poll(() => page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  });

  it('what somebody else changes is on the screen without a press', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/people' });
    await untilLive(page);
    await bench.api.post('/v1/people', { handle: 'zoe', name: 'Zoe Newcomer', role: 'viewer' });
    await page.getByRole('button', { name: 'Zoe Newcomer' }).waitFor();
  });

  it.each(['projects', 'people', 'agents', 'config', 'budget', 'connections', 'tokens', 'sessions', 'repositories'])(
    'the section %s is for everybody: axe in both themes, 360 and 1440 pixels',
    async (section) => {
      const page = await bench.open('ada', 'admin', { at: `/settings/${section}` });
      await untilLive(page);
      await page.getByRole('heading', { level: 2 }).or(page.getByRole('region')).first().waitFor();
      await expectGoodPage(page);
    },
  );
});
