import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';

/** One line of JSON per event on standard output, for Nest and for the stages. No secrets, no addresses of residents. */
export class Logger implements LoggerService {
  readonly #pino: ReturnType<typeof pino>;

  constructor(level: string) {
    this.#pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  /** Nest gives its context last and, with an error, the stack before it. */
  #write(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    this.#pino[level]({ ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) }, String(message));
  }
}
