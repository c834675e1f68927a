import type { DispatchEvent } from '#pipeline/dispatch';
import type { Logger } from './logger.ts';

/** Writes down what dispatch tells: what needs a person as an error, the rest as it is. */
export function eventReport(event: DispatchEvent, logger: Logger): void {
  const { kind, ...rest } = event;
  const line = `${kind} ${JSON.stringify(rest)}`;
  if (kind === 'recovered' || kind === 'channelOpened') logger.log(line, 'dispatch');
  else if (kind === 'untranslated') logger.warn(line, 'dispatch');
  else logger.error(line, undefined, 'dispatch');
}
