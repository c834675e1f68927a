import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { InnerAddress, isInnerAddress } from './inner-address.ts';

/** A receiver that does not shake hands within three seconds is not there. */
const CONNECT_MS = 3_000;
/** Neighbour systems are a handful; more sockets would only wait. */
const CONNECTIONS_MAX = 4;

/**
 * HTTP that reaches the open Internet only. An address is refused when the name resolves to it, before a packet leaves, and once more when the
 * socket is connected, whatever the name said a moment ago (F61: rebinding). `innerHosts` are names that the city itself lets in.
 */
export class GuardedHttp {
  readonly #agent: Agent;

  constructor(innerHosts: ReadonlySet<string>) {
    this.#agent = guardedAgent(innerHosts);
  }

  /** One request; follows no redirect. Rejects with `InnerAddress`, perhaps as the cause, when the other side lies inside. */
  request(url: string, options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>): Promise<Dispatcher.ResponseData> {
    return request(url, { ...options, dispatcher: this.#agent });
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function guardedAgent(innerHosts: ReadonlySet<string>): Agent {
  const connect = buildConnector({ timeout: CONNECT_MS, lookup: resolveOutside(innerHosts) });
  return new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    allowH2: false,
    connect: (options, callback) => {
      const { hostname } = options;
      const free = innerHosts.has(hostname);
      const literal = hostname.replace(/^\[|\]$/g, '');
      // A name that is an address already is never looked up.
      if (!free && /^[\d.]+$|:/.test(literal) && isInnerAddress(literal)) return callback(new InnerAddress(refusalOf(literal)), null);
      connect(options, (...answer) => {
        const [error, socket] = answer;
        if (error !== null || free) return callback(...answer);
        const reached = socket.remoteAddress ?? '';
        if (!isInnerAddress(reached)) return callback(...answer);
        socket.destroy();
        return callback(new InnerAddress(refusalOf(reached)), null);
      });
    },
  });
}

const refusalOf = (address: string): string => `${address} は内部のアドレスです`;

const resolveOutside =
  (innerHosts: ReadonlySet<string>): LookupFunction =>
  (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses: readonly LookupAddress[]) => {
      if (error) return callback(error, '');
      const inside = innerHosts.has(hostname) ? undefined : addresses.find(({ address }) => isInnerAddress(address));
      // One inner address among outer ones is how rebinding begins: then none of them is believed.
      if (inside) return callback(new InnerAddress(refusalOf(inside.address)), '');
      if (options.all) return callback(null, [...addresses]);
      const first = addresses[0]!;
      return callback(null, first.address, first.family);
    });
