import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A Vault as its HTTP API is published (https://developer.hashicorp.com/vault/api-docs): KV version 2, AppRole, token leases, namespaces,
 * sealing. State is changed by the test; requests are kept.
 */
export async function startFakeVault() {
  const state = {
    sealed: false,
    silent: false,
    namespace: null as string | null,
    secrets: new Map<string, { data: Record<string, unknown> | null; destroyed?: boolean }>(),
    roles: new Map<string, string>(),
    tokens: new Map<string, { leaseS: number; renewable: boolean }>(),
    leaseS: 3600,
    renewals: 0,
    logins: 0,
  };
  const requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
      if (!state.silent) answer(request, response, Buffer.concat(chunks).toString('utf8'));
    });
  });
  const send = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const auth = (token: string) => ({
    request_id: 'fa4e',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: null,
    auth: {
      client_token: token,
      accessor: 'acc',
      policies: ['default'],
      lease_duration: state.tokens.get(token)?.leaseS ?? 0,
      renewable: state.tokens.get(token)?.renewable ?? false,
    },
  });
  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = request.url ?? '';
    if (state.sealed) return send(response, 503, { errors: ['Vault is sealed'] });
    if ((request.headers['x-vault-namespace'] ?? null) !== state.namespace) return send(response, 403, { errors: ['permission denied'] });
    if (request.method === 'POST' && path === '/v1/auth/approle/login') {
      const given = JSON.parse(body) as { role_id: string; secret_id: string };
      if (state.roles.get(given.role_id) !== given.secret_id) return send(response, 400, { errors: ['invalid role or secret ID'] });
      state.logins += 1;
      const token = `hvs.fake-${state.logins}-CAESIAbCdEfGhIjKlMnOp`;
      state.tokens.set(token, { leaseS: state.leaseS, renewable: true });
      return send(response, 200, auth(token));
    }
    const token = String(request.headers['x-vault-token'] ?? '');
    if (!state.tokens.has(token)) return send(response, 403, { errors: ['permission denied'] });
    if (request.method === 'POST' && path === '/v1/auth/token/renew-self') {
      state.renewals += 1;
      return send(response, 200, auth(token));
    }
    const secret = state.secrets.get(path.replace(/^\/v1\//, ''));
    if (request.method !== 'GET' || secret === undefined) return send(response, 404, { errors: [] });
    const metadata = {
      created_time: '2026-01-01T00:00:00Z',
      custom_metadata: null,
      deletion_time: secret.data === null ? '2026-01-02T00:00:00Z' : '',
      destroyed: secret.destroyed ?? false,
      version: 1,
    };
    return send(response, secret.data === null ? 404 : 200, {
      request_id: 'fa4e',
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: { data: secret.data, metadata },
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    state,
    requests,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
