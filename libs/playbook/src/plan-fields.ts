import { z } from 'zod';
import { DURATION, DURATION_WANTED, durationMs } from './duration.ts';

/** Ids stand in alert ids, topics and addresses: small letters, digits and hyphens. */
export const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
export const ID_WANTED = 'an id of small letters, digits and hyphens such as ose-seguchi';
export const CODE = /^[a-z][A-Za-z0-9]{0,31}$/;
export const CODE_WANTED = 'a code of letters and digits such as warn';

/** Kinds of fields, each with what is wanted where something else stands. */
export const id = z.string({ error: ID_WANTED }).regex(ID, { error: ID_WANTED });
export const code = z.string({ error: CODE_WANTED }).regex(CODE, { error: CODE_WANTED });
export const words = (wanted: string) => z.string({ error: wanted }).trim().min(1, { error: wanted });
export const oneOf = <const T extends readonly [string, ...string[]]>(options: T) =>
  z.enum(options, { error: `one of ${options.join(', ')}` });
/** Written with its unit, such as 10m; read in milliseconds. */
export const duration = z
  .string({ error: DURATION_WANTED })
  .regex(DURATION, { error: DURATION_WANTED })
  .transform((text) => durationMs(text)!);

export const yesNo = z.boolean({ error: 'true or false' });
export const number = (min: number, max: number) => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};
export const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
export const someOf = <T extends z.ZodType>(item: T, wanted: string) => z.array(item, { error: wanted }).min(1, { error: wanted });
