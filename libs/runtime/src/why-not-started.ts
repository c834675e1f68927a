import type { Settings } from './settings.ts';

/** What the operating system tells of a port or a file that it refused. */
interface Refused {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly port?: number;
  readonly address?: string;
}

type Listening = Pick<Settings, 'http' | 'mqtt' | 'tls' | 'mail'>;

/**
 * Why a service could not start, in a sentence for whoever set it up: which setting names the port or the file that was refused, and what to do.
 * What is no such refusal keeps its own message.
 */
export function whyNotStarted(cause: unknown, settings: Listening): string {
  const message = typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause);
  if (!isRefused(cause)) return message;
  return portObjection(cause, settings) ?? certificateObjection(cause, settings) ?? message;
}

const isRefused = (cause: unknown): cause is Refused =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string';

function portObjection({ code, syscall, port, address }: Refused, { http, mqtt, tls, mail }: Listening): string | null {
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return null;
  const listeners = [
    { name: 'SONAE_HTTP', at: http },
    { name: 'SONAE_MQTT', at: mqtt },
    { name: 'SONAE_MQTT_TLS', at: tls && { ...tls, host: mqtt.host } },
    { name: 'SONAE_MAIL_INBOUND', at: mail?.inbound ?? null },
  ];
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    const names = listeners.filter(({ at }) => at !== null && at.port === port).map(({ name }) => `${name}_PORT`);
    const setting = names.length === 0 ? 'another port' : `another ${names.join(' or ')}`;
    return code === 'EADDRINUSE'
      ? `port ${port} of ${address} is taken by another process. End that one, or set ${setting}.`
      : `port ${port} of ${address} may not be opened by this user; ports below 1024 are the administrator's. Set ${setting}.`;
  }
  const hosts = new Set(listeners.flatMap(({ at }) => (at === null ? [] : [at.host])));
  return `${address ?? [...hosts].join(', ')} is no address of this machine (${code}). Set SONAE_HTTP_HOST, SONAE_MQTT_HOST and SONAE_MAIL_INBOUND_HOST to addresses that it has; 0.0.0.0 is all of them.`;
}

function certificateObjection({ code, path }: Refused, { tls }: Listening): string | null {
  if (tls === null) return null;
  const files = { SONAE_TLS_CERT: tls.cert, SONAE_TLS_KEY: tls.key, SONAE_TLS_CA: tls.ca };
  const unread = Object.entries(files).find(([, file]) => file !== null && file === path);
  if (unread) return `${path} cannot be read (${code}). Put it there, let the user of this process read it, or change ${unread[0]}.`;
  if (!/^ERR_(?:OSSL|SSL|TLS)/.test(code)) return null;
  return `the certificate ${tls.cert} with the key ${tls.key} cannot be used (${code}). Both must be PEM files that belong together: see SONAE_TLS_CERT and SONAE_TLS_KEY.`;
}
