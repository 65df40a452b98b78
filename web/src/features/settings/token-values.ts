import type { Body } from '../../api/client.ts';
import { toWords } from './draft.ts';

type TokenBody = Body<'/v1/tokens', 'post'>;

const DAY_MS = 86_400_000;

/** A token while it is typed. */
export interface TokenForm {
  name: string;
  owner: 'person' | 'service';
  person: string;
  service: string;
  role: TokenBody['role'];
  reach: 'all' | 'read' | 'named';
  permissions: string;
  project: string;
  days: string;
}

/** What the form begins with. */
export const NEW_TOKEN: TokenForm = {
  name: '',
  owner: 'person',
  person: '',
  service: '',
  role: 'developer',
  reach: 'all',
  permissions: '',
  project: '',
  days: '90',
};

/** The body of a form. `nowMs`: when its life begins. */
export function toTokenBody(form: TokenForm, nowMs: number): TokenBody {
  return {
    name: form.name.trim(),
    role: form.role,
    person: form.owner === 'person' && form.person !== '' ? form.person : null,
    service: form.owner === 'service' && form.service !== '' ? form.service.trim() : null,
    projects: form.project === '' ? null : [form.project],
    permissions: form.reach === 'all' ? null : form.reach === 'read' ? ['*:read'] : toWords(form.permissions),
    expires_at: form.days === '' ? null : new Date(nowMs + Number(form.days) * DAY_MS).toISOString(),
  };
}
