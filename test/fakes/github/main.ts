import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFakeGithub, type FakeGithub } from './index.ts';

const HELP = `node test/fakes/github/main.ts [options]
  --port N               0 (the default): any that is free
  --json                 prints its addresses as one line of JSON
  --user LOGIN           a person (repeatable)
  --repository O/N=DIR   a repository, its content from a repository on disk (repeatable); without =DIR it has a README.md
  --app SLUG             a GitHub App, installed everywhere; its private key goes to a file that is printed
  --webhook URL          where deliveries go, signed with the environment's FAKE_GITHUB_WEBHOOK_SECRET
It takes orders at /_fake/… (control.ts), and ends with SIGTERM or when its input ends (--with-parent).
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    user: { type: 'string', multiple: true, default: [] },
    repository: { type: 'string', multiple: true, default: [] },
    app: { type: 'string' },
    webhook: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const fake = await startFakeGithub({ port: Number(values.port), control: true });
  const tokens = Object.fromEntries(values.user.map((login) => [login, fake.addUser(login)]));
  for (const wish of values.repository) await addRepository(fake, wish);
  const app = values.app === undefined ? null : addApp(fake, values.app);
  if (values.webhook !== undefined) {
    const secret = process.env['FAKE_GITHUB_WEBHOOK_SECRET'];
    fake.deliverTo({ url: values.webhook, ...(secret === undefined ? {} : { secret }), ...(app === null ? {} : { app: app.made }) });
  }
  const told = {
    api_url: fake.apiUrl,
    git_url: fake.gitUrlTemplate,
    pid: process.pid,
    tokens,
    app: app === null ? null : { id: app.made.id, slug: app.made.slug, private_key_file: app.file },
  };
  process.stdout.write(values.json ? `${JSON.stringify(told)}\n` : `GitHub's API: ${told.api_url}\ngit: ${told.git_url}\n`);
  const end = (): void => void fake.close().then(() => process.exit(0));
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (values['with-parent']) process.stdin.on('end', end).resume();
}

async function addRepository(fake: FakeGithub, wish: string): Promise<void> {
  const [fullName = '', from] = wish.split('=', 2);
  const [owner = '', name = ''] = fullName.split('/', 2);
  await fake.addRepository({ owner, name, ...(from === undefined ? { files: { 'README.md': `# ${name}\n` } } : { from }) });
}

function addApp(fake: FakeGithub, slug: string) {
  const made = fake.addApp({ slug });
  for (const owner of new Set(fake.world.repositories.map(({ data }) => data.owner))) made.install(owner);
  const file = join(fake.world.root, `${slug}.pem`);
  writeFileSync(file, made.privateKey, { mode: 0o600 });
  return { made, file };
}
