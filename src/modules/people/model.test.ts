import { describe, expect, it } from 'vitest';
import { isTimezone, PersonInput, toLoad, type Person } from './model.ts';

describe('time zones', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires'])('accepts %s', (name) => expect(isTimezone(name)).toBe(true));
  it.each(['', 'Mars/Olympus', '+02:00', 'Berlin', '2'])('refuses %j', (name) => expect(isTimezone(name)).toBe(false));
  it('are checked in a person', () => {
    expect(PersonInput.safeParse({ handle: 'ada', name: 'Ada', timezone: 'Mars/Olympus' }).success).toBe(false);
  });
});

describe('load', () => {
  const person = { handle: 'ada', wipLimit: 2, capacityHoursPerWeek: 32, active: true } as Person;
  it.each([
    [0, true, 2],
    [1, true, 1],
    [2, true, 0],
    [5, true, 0],
    [0, false, 0],
  ])('with %i in work and active %s leaves %i', (wip, active, free) => {
    expect(toLoad({ ...person, active }, wip)).toEqual({ handle: 'ada', wip, wipLimit: 2, free, capacityHoursPerWeek: 32 });
  });
});
