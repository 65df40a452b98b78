import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBankAccount, isCardNumber, isGermanPension, isGermanTax } from './sanitize.checksums.ts';
import { findPersonalData, withoutPersonalData, type PersonalMode } from './sanitize.personal.ts';

const strict = (text: string, people: string[] = []) => withoutPersonalData(text, { mode: 'strict', people });

describe('personal data', () => {
  // Numbers are the examples of the authorities and standards named in the code.
  test.each<[string, string, string]>([
    ['an address', 'ask dora.miller+x@mail.example.org.', 'ask [email].'],
    ['an account', 'to DE89 3704 0044 0532 0130 00 please', 'to [iban] please'],
    ['an account without blanks', 'GB82WEST12345698765432', '[iban]'],
    ['a card', '4111 1111 1111 1111', '[credit_card]'],
    ['a card with dashes', 'pay 5500-0000-0000-0004!', 'pay [credit_card]!'],
    ['a German tax number', 'IdNr 86 095 742 719', 'IdNr [de_tax_id]'],
    ['a German pension number', '15 070649 C 103', '[de_pension_number]'],
    ['an American social number', 'SSN 536-90-4399', 'SSN [us_ssn]'],
    ['an American taxpayer number', '912-70-1234', '[us_itin]'],
    ['a telephone', 'call +49 (30) 901820-00 now', 'call [phone] now'],
    ['a telephone in one', '+14155552671', '[phone]'],
    ['an IPv4 address', 'from 8.8.4.4:443', 'from [ipv4]:443'],
    ['an IPv6 address', 'from 2a00:1450:4001:81b::200e', 'from [ipv6]'],
    ['a known person', 'Dora Miller said', '[person] said'],
  ])('%s is found', (_name, text, expected) => {
    expect(strict(text, ['Dora Miller'])).toBe(expected);
  });

  test.each([
    ['a commit', '0123456789abcdef0123456789abcdef01234567'],
    ['a version', '1.2.3.4567 and 10.0.0.1 and v2026.11.21'],
    ['a wrong account', 'DE88 3704 0044 0532 0130 00'],
    ['a wrong card', '4111 1111 1111 1112'],
    ['zeros', '0000 0000 0000 0000'],
    ['a wrong tax number', '86 095 742 718'],
    ['a social number that is never given', '000-12-3456 666-12-3456 123-00-4567'],
    ['a date', '2026-11-21T10:53:38Z'],
    ['a sum', '+12 34'],
    ['a time', '12:34:56 and a::b and std::vector'],
    ['loopback', '127.0.0.1 ::1 fe80::1 192.168.1.1'],
    ['a scope and a mention', '@types/node @dora'],
    ['a git remote', 'git@ and x@y'],
    ['a person nobody named', 'John Doe said'],
    ['part of a word', 'Doramiller'],
    ['a ULID and an id', '01ARZ3NDEKTSV4RRFFQ69G5FAV act_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ])('%s is none', (_name, text) => {
    expect(strict(text, ['Dora Miller'])).toBe(text);
  });

  test('off looks for nothing; standard leaves network addresses and names', () => {
    const text = 'Dora Miller dora@example.org 8.8.4.4';
    const by = (mode: PersonalMode) => withoutPersonalData(text, { mode, people: ['Dora Miller'] });
    expect([by('off'), by('standard'), by('strict')]).toEqual([text, 'Dora Miller [email] 8.8.4.4', '[person] [email] [ipv4]']);
  });

  test('any change of one digit is caught by the check digits', () => {
    const cases: [string, (text: string) => boolean][] = [
      ['DE89370400440532013000', isBankAccount],
      ['4111111111111111', isCardNumber],
      ['86095742719', isGermanTax],
    ];
    const changed = (number: string): string[] =>
      [...number.matchAll(/\d/g)].flatMap(({ index, 0: was }) =>
        Array.from('0123456789')
          .filter((digit) => digit !== was)
          .map((digit) => number.slice(0, index) + digit + number.slice(index + 1)),
      );
    for (const [number, holds] of cases) expect([holds(number), changed(number).filter(holds)]).toEqual([true, []]);
    expect([isGermanPension('15070649C103'), isGermanPension('15070649C104'), isGermanPension('15320649C103')]).toEqual([true, false, false]);
  });

  test('nothing found is left after one pass, whatever stands beside what', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'dora@example.org',
        'DE89370400440532013000',
        '4111111111111111',
        '+4930901820',
        '8.8.4.4',
        '536-90-4399',
        'Dora Miller',
        ' ',
        '\n',
        '.',
        ',',
        '-',
        '@',
        '+',
        ':',
        '1',
        'a',
        '2a00:1450::1',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const options = { mode: 'strict', people: ['Dora Miller'] } as const;
        const clean = withoutPersonalData(pieces.join(''), options);
        expect(findPersonalData(clean, options)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['a@', '1', '1 ', '+1', 'a.', 'a.a@', '1.', 'a:', '::', 'DE89 ', '9-', 'Dora '])('a great deal of %j is read to its end', (unit) => {
    expect(withoutPersonalData(unit.repeat(200_000 / unit.length), { mode: 'strict', people: ['Dora Miller'] }).length).toBeGreaterThan(0);
  });
});
