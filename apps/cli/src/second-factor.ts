import { toString } from 'qrcode';
import { enrolmentUri, newSecret, sealedFactor } from '#runtime';
import { print } from './command.ts';
import { atTheConsole, type OpenPeople } from './data-option.ts';

/** What stands above the code in an app. */
const PLACE = 'Sonae';

/** Gives somebody a new second factor, in place of an earlier one, and returns its secret: the only time that it can be read. Null when there is nobody of the name. */
export async function enrol({ accounts, keys }: Pick<OpenPeople, 'accounts' | 'keys'>, user: string): Promise<string | null> {
  const secret = newSecret();
  const isAnother = (await accounts.secondFactor(user)) !== null;
  const factor = sealedFactor(keys, { user, secret, step: 0, enrolledAt: Date.now() });
  const done = await accounts.enrolSecondFactor(factor, {
    ...atTheConsole(),
    act: isAnother ? 'second-factor-reset' : 'second-factor-enrolled',
    subject: `user/${user}`,
  });
  return done ? secret : null;
}

/** What an app takes a secret from. */
export const uriOf = (user: string, secret: string): string => enrolmentUri({ user, place: PLACE, secret });

/** Shows a secret once: as an address, and on a terminal as a code for the camera of a phone. */
export async function show(user: string, secret: string): Promise<void> {
  const uri = uriOf(user, secret);
  print(`second factor of ${user}, shown once; scan it with an authenticator app:\n${uri}`);
  if (process.stdout.isTTY) print(await toString(uri, { type: 'terminal', small: true }));
}
