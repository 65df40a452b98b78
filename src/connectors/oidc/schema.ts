import { z } from 'zod';

/** Claims of an ID token as far as they are looked at; the rest of it is nobody's business here. */
export const IdClaims = z.looseObject({
  iss: z.string().min(1),
  sub: z.string().min(1).max(255),
  email: z.string().max(320).optional().catch(undefined),
  email_verified: z.unknown().optional(),
  name: z.string().max(200).optional().catch(undefined),
});
