import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './answer.ts';
import { ciCommand, type CiJob, type CiOptions } from './ci.ts';
import type { Fault } from './faults.ts';
import type { FakeGithub, NewRepository } from './index.ts';

/**
 * Orders over HTTP, for a fake that runs as a process: `POST /_fake/{order}` with JSON, answered with JSON. `as/{login}/{verb}` takes the
 * list of the verb's arguments (people.ts); the others take what the member of the same name in index.ts takes.
 */
export async function obey(fake: FakeGithub | null, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const [order = '', ...rest] = new URL(request.url ?? '/', 'http://x').pathname.replace('/_fake/', '').split('/');
  const run = ORDERS[order];
  if (fake === null || run === undefined) return void response.writeHead(404).end();
  try {
    const result = await run(fake, text === '' ? null : (JSON.parse(text) as unknown), rest);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null));
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 400;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
  }
}

type Order = (fake: FakeGithub, given: unknown, rest: string[]) => unknown;

/** A scripted CI that needs no code: a command run in the tree, or given jobs, one list for each run and the last for all that follow. */
type CiOrder = CiOptions & { name?: string; command?: [string, ...string[]]; runs?: CiJob[][]; branches?: string };

const ORDERS: Record<string, Order> = {
  journal: (fake) => ({
    requests: fake.journal.requests,
    effects: fake.journal.effects,
    violations: fake.violations,
    errors: fake.errors.map(String),
  }),
  deliveries: (fake) =>
    fake.webhooks.deliveries.map(({ id, guid, event, action, state, statusCode, redelivery }) => ({
      id,
      guid,
      event,
      action,
      state,
      status_code: statusCode,
      redelivery,
    })),
  settled: (fake) => fake.settled(),
  repositories: async (fake, given) => ({ full_name: (await fake.addRepository(given as NewRepository)).fullName }),
  users: (fake, given) => ({ token: fake.addUser((given as { login: string }).login) }),
  hooks: (fake, given) => ({ id: fake.deliverTo(given as { url: string; secret?: string; events?: string[] }).id }),
  faults(fake, given) {
    const { path, ...fault } = given as Omit<Fault, 'path'> & { path?: string };
    fake.faults.arm({ ...fault, ...(path === undefined ? {} : { path: new RegExp(path) }) });
  },
  ci(fake, given) {
    const { name = 'test', command, runs = [], branches, ...options } = given as CiOrder;
    const script = command === undefined ? (push: { run: number }) => runs[Math.min(push.run, runs.length) - 1] ?? [] : ciCommand(name, command);
    fake.ci(script, { ...options, ...(branches === undefined ? {} : { branches: new RegExp(branches) }) });
  },
  as(fake, given, [login = '', verb = '']) {
    const person = fake.as(login) as unknown as Record<string, (...args: unknown[]) => unknown>;
    const act = Object.hasOwn(person, verb) && verb !== 'login' ? person[verb] : undefined;
    if (act === undefined) throw new Error(`people cannot ${verb}`);
    return act(...(given as unknown[]));
  },
};
