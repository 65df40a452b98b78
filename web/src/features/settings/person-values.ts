import type { Body } from '../../api/client.ts';
import { toLines, toNumber, toWords } from './draft.ts';
import type { Person } from './queries.ts';

/** What a form holds while it is typed into: numbers and lists are texts until they are sent. */
export interface PersonForm {
  name: string;
  email: string;
  role: Person['role'];
  skills: string;
  capacity_hours_per_week: string;
  wip_limit: string;
  timezone: string;
  owns: string;
  active: boolean;
}

export const toPersonForm = (person: Person): PersonForm => ({
  name: person.name,
  email: person.email ?? '',
  role: person.role,
  skills: person.skills.join(', '),
  capacity_hours_per_week: String(person.capacity_hours_per_week),
  wip_limit: String(person.wip_limit),
  timezone: person.timezone,
  owns: person.owns.join('\n'),
  active: person.active,
});

/** What of a form is sent: only what was changed. A number that is none goes as it is, so that the server says what is wrong. */
export function toPersonBody(changes: Partial<PersonForm>): Body<'/v1/people/{id}', 'patch'> {
  const { skills, owns, email, capacity_hours_per_week: hours, wip_limit: limit, ...same } = changes;
  return {
    ...same,
    ...(email === undefined ? {} : { email: email.trim() === '' ? null : email.trim() }),
    ...(skills === undefined ? {} : { skills: toWords(skills) }),
    ...(owns === undefined ? {} : { owns: toLines(owns) }),
    ...(hours === undefined ? {} : { capacity_hours_per_week: toNumber(hours) ?? (hours as never) }),
    ...(limit === undefined ? {} : { wip_limit: toNumber(limit) ?? (limit as never) }),
  };
}
