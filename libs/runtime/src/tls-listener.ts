import { readFile, stat } from 'node:fs/promises';
import type { Broker } from '#mqtt';
import type { Logger } from './logger.ts';
import type { Settings } from './settings.ts';

/** How often the files are looked at: a renewed certificate is in use a minute later, and open sessions go on (F39). */
const LOOK_MS = 60_000;

/** MQTT over TLS with files that may be renewed while the service runs. */
export class TlsListener {
  readonly #tls: NonNullable<Settings['tls']>;
  readonly #broker: Broker;
  readonly #alsoRenew: (files: { readonly cert: Buffer; readonly key: Buffer }) => void;
  readonly #logger: Logger;
  readonly #lookMs: number;
  #seen = '';
  #timer: NodeJS.Timeout | null = null;

  constructor({
    tls,
    broker,
    alsoRenew = () => undefined,
    logger,
    lookMs = LOOK_MS,
  }: {
    readonly tls: NonNullable<Settings['tls']>;
    readonly broker: Broker;
    /** Who else offers this certificate. */
    readonly alsoRenew?: (files: { readonly cert: Buffer; readonly key: Buffer }) => void;
    readonly logger: Logger;
    readonly lookMs?: number;
  }) {
    this.#tls = tls;
    this.#broker = broker;
    this.#alsoRenew = alsoRenew;
    this.#logger = logger;
    this.#lookMs = lookMs;
  }

  /** Resolves with the port; rejects with the file that cannot be read, or with what OpenSSL says of it. */
  async listen(host: string): Promise<number> {
    const files = await this.#read();
    this.#seen = await this.#stamp();
    const port = await this.#broker.listen({ port: this.#tls.port, host, tls: files });
    this.#timer = setInterval(() => void this.#look(), this.#lookMs).unref();
    return port;
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** A certificate that cannot be read or used leaves the one in force: half-written files are complete at the next look. */
  async #look(): Promise<void> {
    try {
      const stamp = await this.#stamp();
      if (stamp === this.#seen) return;
      const files = await this.#read();
      this.#broker.renewTls(files);
      this.#alsoRenew(files);
      this.#seen = stamp;
      this.#logger.log('the certificate was renewed', 'tls');
    } catch (cause) {
      this.#logger.error(
        `the renewed certificate cannot be used, the old one stays: ${cause instanceof Error ? cause.message : String(cause)}`,
        undefined,
        'tls',
      );
    }
  }

  async #read(): Promise<{ cert: Buffer; key: Buffer; ca?: Buffer }> {
    const { cert, key, ca } = this.#tls;
    return { cert: await readFile(cert), key: await readFile(key), ...(ca === null ? {} : { ca: await readFile(ca) }) };
  }

  async #stamp(): Promise<string> {
    const { cert, key, ca } = this.#tls;
    const files = [cert, key, ...(ca === null ? [] : [ca])];
    return (await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))).join(' ');
  }
}
