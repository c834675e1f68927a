import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What Postfix tells of one recipient: `sender`, `recipient`, `protocol_state` and the like. */
export type PolicyRequest = ReadonlyMap<string, string>;

/** A request of Postfix has some forty short lines. */
const REQUEST_CHARS_MAX = 64 * 1024;

/** Answers Postfix's questions about recipients by the policy delegation protocol: lines `name=value` and an empty one, then `action=…` likewise. */
export class PolicyService {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(actionOf: (request: PolicyRequest) => string) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
      let heard = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard += text;
        for (let end = heard.indexOf('\n\n'); end !== -1; end = heard.indexOf('\n\n')) {
          const fields = heard.slice(0, end).split('\n');
          heard = heard.slice(end + 2);
          socket.write(`action=${actionOf(new Map(fields.map(fieldOf)))}\n\n`);
        }
        if (heard.length > REQUEST_CHARS_MAX) socket.destroy();
      });
    });
  }

  /** `actionOf` gives what Postfix does, as in an access table: `DUNNO`, `450 4.7.1 …`. */
  static async start(actionOf: (request: PolicyRequest) => string): Promise<PolicyService> {
    const service = new PolicyService(actionOf);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function fieldOf(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Puts everybody off once: the first mail from a sender to a recipient is to come again, as most greylists have it. */
export class Greylist {
  readonly #seen = new Set<string>();
  putOff = 0;

  /** Everybody is new again. */
  forget(): void {
    this.#seen.clear();
  }

  action(request: PolicyRequest): string {
    const pair = `${request.get('sender')} ${request.get('recipient')}`;
    if (this.#seen.has(pair)) return 'DUNNO';
    this.#seen.add(pair);
    this.putOff += 1;
    return '450 4.2.0 Greylisted, please try again later';
  }
}
