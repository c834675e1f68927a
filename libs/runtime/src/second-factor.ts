import { type Keys, SECOND_FACTOR_SEAL, type SecondFactor } from '#core';
import { generateSecret, generateSync, generateURI, verifySync } from 'otplib';

/** A code lasts this long (RFC 6238 §5.2). */
const STEP_S = 30;
/** The code before and the one after count as well: a phone's clock may be half a minute off, and typing takes its time (RFC 6238 §5.2). */
const TOLERANCE_S = 30;

const CODE = /^\d{6}$/;

/** A new secret for an app: 160 bits in base32, as RFC 4226 §4 asks. */
export const newSecret = (): string => generateSecret();

/** A second factor as it may be stored: whoever has the database alone cannot make codes from it. */
export const sealedFactor = (keys: Keys, { secret, ...factor }: SecondFactor): SecondFactor => ({
  ...factor,
  secret: keys.seal(SECOND_FACTOR_SEAL, secret, factor.user),
});

/** The secret of a stored second factor. Throws as `Keys.open` does. */
export const secretOf = (keys: Keys, { user, secret }: SecondFactor): string => keys.open(SECOND_FACTOR_SEAL, secret, user);

/** What an app reads from a QR code. `place` tells apart the services that somebody has codes for. */
export const enrolmentUri = ({ user, place, secret }: { readonly user: string; readonly place: string; readonly secret: string }): string =>
  generateURI({ issuer: place, label: user, secret });

/** The code that an app shows at an instant. */
export const codeAt = (secret: string, now: number): string => generateSync({ secret, epoch: Math.floor(now / 1000) });

/** The time step that a code belongs to, when it is one of the three that count now; null for any other. */
export function stepOf(secret: string, code: string, now: number): number | null {
  if (!CODE.test(code)) return null;
  const result = verifySync({ secret, token: code, epoch: Math.floor(now / 1000), period: STEP_S, epochTolerance: TOLERANCE_S });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
