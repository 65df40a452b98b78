import type { ApiProblem } from '../../api/problem.ts';

/**
 * What a refused form says of single fields: name to sentence. Names are those of the body, dotted for what is inside (`settings.ci`); a
 * sentence about a member of a list counts for the list, too. Some refusals are about one field alone, and name it before their sentence.
 */
export function fieldErrors(problem: ApiProblem | null): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const errors = problem?.detail['errors'];
  const field = problem?.detail['field'];
  if (problem !== null && typeof field === 'string' && field !== '') found.set(field, problem.message.replace(`${field}: `, ''));
  if (!Array.isArray(errors)) return found;
  for (const error of errors as unknown[]) {
    const { path, message } = error as { path?: unknown; message?: unknown };
    if (typeof path !== 'string' || typeof message !== 'string') continue;
    const name = path.replace(/^body\.?/, '');
    if (name !== '' && !found.has(name)) found.set(name, message);
    const list = name.replace(/\.\d+(\..*)?$/, '');
    if (list !== name && !found.has(list)) found.set(list, message);
  }
  return found;
}

/** True when every complaint has a field to stand at, so that the form needs no sentence of its own. */
export function isAllAtFields(problem: ApiProblem, fields: readonly string[]): boolean {
  const errors = [...fieldErrors(problem).keys()];
  return errors.length > 0 && errors.every((name) => fields.includes(name));
}
