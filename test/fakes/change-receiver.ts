import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ChangeReceiverFake {
  url: string;
  /** Messages whose signature held, oldest first. */
  accepted: Array<{ id: string; body: Record<string, unknown> }>;
  /** Messages whose signature did not. */
  refused: number;
  /** What the next requests are answered; 204 when it is empty. */
  answers: number[];
  close(): Promise<void>;
}

/** A change-management system: checks each message as Standard Webhooks asks, with the library other people would use. */
export async function startChangeReceiver(secret: string): Promise<ChangeReceiverFake> {
  const webhook = new Webhook(secret);
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = fake.answers.shift() ?? 204;
      try {
        const body = webhook.verify(Buffer.concat(chunks).toString('utf8'), request.headers as Record<string, string>) as Record<string, unknown>;
        if (status < 300) fake.accepted.push({ id: String(request.headers['webhook-id']), body });
        response.writeHead(status).end();
      } catch {
        fake.refused += 1;
        response.writeHead(401).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: ChangeReceiverFake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/changes`,
    accepted: [],
    refused: 0,
    answers: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return fake;
}
