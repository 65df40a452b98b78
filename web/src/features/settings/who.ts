/** `person:ann` -> `ann`, `token:admin` -> `the admin token`: who did something, as people say it. */
export function whoIs(subject: string): string {
  if (subject === 'token:admin') return 'the admin token';
  if (subject === 'system') return 'Reeve itself';
  const [kind = '', ...rest] = subject.split(':');
  if (rest.length === 0) return subject;
  const name = rest.join(':');
  return kind === 'person' ? name : `the ${kind} ${name}`;
}
