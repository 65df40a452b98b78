/** Check digits of numbers that belong to people. Each takes the text as written, blanks and dashes included. Pure. */

const digitsOf = (text: string): number[] => Array.from(text.replaceAll(/\D/g, ''), Number);

/** ISO 13616: 97 divides the number of the rearranged account with remainder 1; lengths of the countries most seen. */
export function isBankAccount(written: string): boolean {
  const account = written.replaceAll(' ', '').toUpperCase();
  const length = IBAN_LENGTHS[account.slice(0, 2)];
  if (length === undefined || account.length !== length) return false;
  let rest = 0;
  for (const sign of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

// https://www.swift.com/standards/data-standards/iban-international-bank-account-number
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 ' +
    'GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 ' +
    'PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** ISO/IEC 7812: Luhn, and a first digit that issuers use. */
export function isCardNumber(written: string): boolean {
  const digits = digitsOf(written);
  if (digits.length < 13 || digits.length > 19 || !/^(?:[34569]|2[2-7])/.test(written) || new Set(digits).size === 1) return false;
  const sum = digits.toReversed().reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}

/** Steuerliche Identifikationsnummer: ISO 7064 MOD 11,10; of the first ten digits exactly one comes twice or three times. § 139b AO. */
export function isGermanTax(written: string): boolean {
  const digits = digitsOf(written);
  if (digits.length !== 11 || digits[0] === 0) return false;
  const counts = Array.from({ length: 10 }, (_, digit) => digits.slice(0, 10).filter((each) => each === digit).length);
  if (counts.filter((count) => count > 1).length !== 1 || Math.max(...counts) > 3) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (digit + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === digits[10];
}

// Deutsche Rentenversicherung, VKVV § 4: weights of the twelve digits (the letter counts as two), digit sums modulo 10.
const PENSION_WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];

/** Versicherungsnummer: area, birthday, letter, serial, check digit. */
export function isGermanPension(written: string): boolean {
  const plain = written.replaceAll(' ', '').toUpperCase();
  const parts = /^(\d{2})(\d{2})(\d{2})(\d{2})([A-Z])(\d{2})(\d)$/.exec(plain);
  if (parts === null) return false;
  const [day, month] = [Number(parts[2]), Number(parts[3])];
  if (day < 1 || day > 31 || month < 1 || month > 12) return false;
  const letter = String((parts[5] ?? 'A').charCodeAt(0) - 64).padStart(2, '0');
  const digits = digitsOf(`${plain.slice(0, 8)}${letter}${parts[6] ?? ''}`);
  const sum = digits.reduce((total, digit, index) => {
    const product = digit * (PENSION_WEIGHTS[index] ?? 0);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(parts[7]);
}

/** Social Security Number: no check digit, but areas, groups and serials that are never given. https://www.ssa.gov/employer/randomization.html */
export function isUsSocial(written: string): boolean {
  const digits = written.replaceAll('-', '');
  return !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000' && digits !== '078051120';
}

/** Individual Taxpayer Identification Number: groups 50-65, 70-88, 90-92, 94-99. https://www.irs.gov/individuals/individual-taxpayer-identification-number */
export function isUsTaxpayer(written: string): boolean {
  const group = Number(written.slice(4, 6));
  return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group <= 92) || (group >= 94 && group <= 99);
}

/** ITU-T E.164: a plus and 7 to 15 digits; shorter ones are amounts. */
export function isPhoneNumber(written: string): boolean {
  const { length } = digitsOf(written);
  return length >= 8 && length <= 15;
}
