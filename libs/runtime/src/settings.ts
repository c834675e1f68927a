import { join, resolve } from 'node:path';
import { z } from 'zod';
import { senderOf } from '#channels/mail';

/** How a process runs: from the environment only, by one schema, all problems at once, secrets never printed (product §5). */
export interface Settings {
  readonly playbook: string;
  readonly data: string;
  /** The file with the keys by which addresses are sealed. */
  readonly keys: string;
  readonly http: { readonly port: number; readonly host: string; readonly publicUrl: string };
  readonly mqtt: {
    readonly port: number;
    readonly host: string;
    /** Readings a second that one device may hand in; what comes faster waits (S28). */
    readonly deviceRate: number;
  };
  /** Files of the certificate for MQTT over TLS, and of the authority that signs the devices' own certificates. */
  readonly tls: { readonly port: number; readonly cert: string; readonly key: string; readonly ca: string | null } | null;
  /** Without a secret the account sends, and hears nothing. */
  readonly line: { readonly token: string; readonly api: string; readonly secret: string | null } | null;
  readonly mail: MailSettings | null;
  /** Hosts within the city's own network that web hooks may call; all others must lie on the open Internet (F61). */
  readonly webhookInnerHosts: readonly string[];
  /** What whoever reads `/metrics` has to show; null: everybody who reaches the port reads them. */
  readonly metricsToken: string | null;
  /** The bucket that keeps the history for years; null: a file in the data folder does. */
  readonly influx: { readonly url: string; readonly token: string; readonly org: string; readonly bucket: string } | null;
  /** Files of the key that signs the audit and of what it signed; the second belongs on another disk or host (S33). */
  readonly audit: { readonly key: string; readonly checkpoints: string };
  /** Whose password alone is not enough: those who speak to residents or give rights, who cannot be left out (S9), or everybody. */
  readonly secondFactor: 'deciding' | 'everybody';
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export interface MailSettings {
  readonly smtpUrl: string;
  /** A bare address, or one with a name: `備え市 <alert@city.example.jp>`. */
  readonly from: string;
  /** File of the authority that signs the relay's certificate, when it is not publicly known. */
  readonly ca: string | null;
  /** Signs mail when the relay does not: the file of the key, and where the other side finds its public half. */
  readonly dkim: { readonly key: string; readonly domain: string; readonly selector: string } | null;
  /** Where bounces, leaving and empty mails arrive. */
  readonly domain: string;
  /** To which people send an empty mail to sign up. */
  readonly entryAddress: string;
  /** The door for mail to this service; null: nobody signs up by mail, and bounces go to the sender's mailbox. */
  readonly inbound: { readonly port: number; readonly host: string } | null;
}

/** Injection token of the settings. */
export const SETTINGS = Symbol('settings');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** Secrets from the documentation's examples; a service that runs with one of them is open to everybody (S31). */
const EXAMPLE_SECRETS = new Set(['changeme', 'secret', 'password', 'example', 'your-token']);

/** Shorter ones are guessed: sixteen characters of a password generator are some 90 bits. */
const METRICS_TOKEN_LENGTH_MIN = 16;

/** Settings that make sense together only. */
const TOGETHER: readonly (readonly string[])[] = [
  ['SONAE_TLS_CERT', 'SONAE_TLS_KEY'],
  ['SONAE_SMTP_URL', 'SONAE_MAIL_FROM'],
  ['SONAE_DKIM_KEY', 'SONAE_DKIM_DOMAIN', 'SONAE_DKIM_SELECTOR'],
  ['SONAE_INFLUX_URL', 'SONAE_INFLUX_TOKEN', 'SONAE_INFLUX_ORG', 'SONAE_INFLUX_BUCKET'],
];

/** Settings that change how mail goes out or comes in. */
const MAIL_ONLY = ['SONAE_SMTP_CA', 'SONAE_MAIL_INBOUND_PORT', 'SONAE_MAIL_INBOUND_DOMAIN', 'SONAE_MAIL_ENTRY', 'SONAE_DKIM_KEY'];

function isSender(text: string): boolean {
  try {
    senderOf(text);
    return true;
  } catch {
    return false;
  }
}

const PORT = 'must be a port, 0 to 65535';
const anyPort = z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);
const port = (fallback: number) => anyPort.default(fallback);
const url = (what: string, ...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be the URL of ${what}, beginning with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );

const environment = z.strictObject({
  SONAE_PLAYBOOK: z.string({ error: 'is missing: the folder of the playbook, for example infra/playbooks/mihon' }).min(1, 'is empty'),
  SONAE_DATA: z.string().min(1).default('data'),
  SONAE_KEYS: z.string().optional(),
  SONAE_HTTP_PORT: port(8080),
  SONAE_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  SONAE_PUBLIC_URL: url('this service as residents reach it', 'http:', 'https:').optional(),
  SONAE_MQTT_PORT: port(1883),
  SONAE_MQTT_HOST: z.string().min(1).default('127.0.0.1'),
  SONAE_WEBHOOK_INNER_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
    .transform((hosts) => hosts.filter((host) => host !== ''))
    .refine((hosts) => hosts.every((host) => /^[a-z0-9.-]+$/.test(host)), 'must be host names or addresses with commas between them'),
  SONAE_METRICS_TOKEN: z
    .string()
    .min(METRICS_TOKEN_LENGTH_MIN, `must have at least ${METRICS_TOKEN_LENGTH_MIN} characters`)
    .refine((token) => !EXAMPLE_SECRETS.has(token.toLowerCase()), 'is an example value; set one that nobody can guess')
    .optional(),
  // A gateway that speaks for many gauges under one key needs more than the 20 readings a second of a single gauge.
  SONAE_DEVICE_RATE: z.coerce.number('must be a number of readings a second').positive('must be more than 0').default(20),
  SONAE_MQTT_TLS_PORT: port(8883),
  SONAE_TLS_CERT: z.string().optional(),
  SONAE_TLS_KEY: z.string().optional(),
  SONAE_TLS_CA: z.string().optional(),
  SONAE_LINE_TOKEN: z
    .string()
    .min(1)
    .refine((token) => !EXAMPLE_SECRETS.has(token.toLowerCase()), 'is an example value; set the channel access token of your account')
    .optional(),
  SONAE_LINE_SECRET: z
    .string()
    .min(1)
    .refine((secret) => !EXAMPLE_SECRETS.has(secret.toLowerCase()), 'is an example value; set the channel secret of your account')
    .optional(),
  SONAE_LINE_API: url('the Messaging API', 'http:', 'https:').default('https://api.line.me'),
  SONAE_SMTP_URL: url('the mail relay', 'smtp:', 'smtps:').optional(),
  SONAE_SMTP_CA: z.string().optional(),
  SONAE_MAIL_FROM: z.string().refine(isSender, 'must be a mail address, or a name with one: 備え市 <alert@city.example.jp>').optional(),
  SONAE_MAIL_INBOUND_PORT: anyPort.optional(),
  SONAE_MAIL_INBOUND_HOST: z.string().min(1).default('127.0.0.1'),
  SONAE_MAIL_INBOUND_DOMAIN: z
    .string()
    .regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a mail domain in small letters')
    .optional(),
  SONAE_MAIL_ENTRY: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,30}$/, 'must be what stands before the @, in small letters, at most 31 of them')
    .refine((local) => !/^[bu]-/.test(local), 'must not begin with b- or u-: bounces and leaving have such addresses')
    .default('entry'),
  SONAE_DKIM_KEY: z.string().optional(),
  SONAE_DKIM_DOMAIN: z.string().optional(),
  SONAE_DKIM_SELECTOR: z.string().optional(),
  SONAE_INFLUX_URL: url('InfluxDB', 'http:', 'https:').optional(),
  SONAE_INFLUX_TOKEN: z
    .string()
    .refine((token) => !EXAMPLE_SECRETS.has(token.toLowerCase()), 'is an example value; set a token that may read and write the bucket')
    .optional(),
  SONAE_INFLUX_ORG: z.string().optional(),
  SONAE_INFLUX_BUCKET: z.string().optional(),
  SONAE_AUDIT_KEY: z.string().optional(),
  SONAE_AUDIT_CHECKPOINTS: z.string().optional(),
  SONAE_SECOND_FACTOR: z
    .enum(['deciding', 'everybody'], 'must be deciding (duty, decider and admin) or everybody; those three always need one')
    .default('deciding'),
  SONAE_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** The environment as settings, or every problem in a line of its own. */
export function readSettings(env: NodeJS.ProcessEnv): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const own = Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('SONAE_') && value !== ''));
  const parsed = environment.safeParse(own);
  const apart = TOGETHER.filter((names) => new Set(names.map((name) => name in own)).size > 1);
  const problems = [
    ...(parsed.error?.issues.map(problemOf) ?? []),
    ...('SONAE_LINE_SECRET' in own && !('SONAE_LINE_TOKEN' in own)
      ? ['SONAE_LINE_SECRET is of no use without SONAE_LINE_TOKEN: set the channel access token as well, or leave both out']
      : []),
    ...(!('SONAE_SMTP_URL' in own) && MAIL_ONLY.some((name) => name in own)
      ? [`${MAIL_ONLY.filter((name) => name in own).join(', ')} is of no use without SONAE_SMTP_URL: set the relay as well`]
      : []),
    ...apart.map((names) => `${names.join(' and ')} belong together: set all or none`),
  ];
  if (!parsed.success || problems.length > 0) return { problems };
  const set = parsed.data;
  return {
    settings: {
      playbook: resolve(set.SONAE_PLAYBOOK),
      data: resolve(set.SONAE_DATA),
      keys: resolve(set.SONAE_KEYS ?? join(set.SONAE_DATA, 'keys')),
      http: {
        port: set.SONAE_HTTP_PORT,
        host: set.SONAE_HTTP_HOST,
        publicUrl: set.SONAE_PUBLIC_URL ?? `http://localhost:${set.SONAE_HTTP_PORT}`,
      },
      webhookInnerHosts: set.SONAE_WEBHOOK_INNER_HOSTS,
      metricsToken: set.SONAE_METRICS_TOKEN ?? null,
      mqtt: { port: set.SONAE_MQTT_PORT, host: set.SONAE_MQTT_HOST, deviceRate: set.SONAE_DEVICE_RATE },
      tls:
        set.SONAE_TLS_CERT === undefined
          ? null
          : {
              port: set.SONAE_MQTT_TLS_PORT,
              cert: resolve(set.SONAE_TLS_CERT),
              key: resolve(set.SONAE_TLS_KEY!),
              ca: set.SONAE_TLS_CA === undefined ? null : resolve(set.SONAE_TLS_CA),
            },
      line:
        set.SONAE_LINE_TOKEN === undefined
          ? null
          : { token: set.SONAE_LINE_TOKEN, api: set.SONAE_LINE_API, secret: set.SONAE_LINE_SECRET ?? null },
      mail: set.SONAE_SMTP_URL === undefined ? null : mailSettings(set.SONAE_SMTP_URL, set.SONAE_MAIL_FROM!, set),
      influx:
        set.SONAE_INFLUX_URL === undefined
          ? null
          : {
              url: set.SONAE_INFLUX_URL,
              token: set.SONAE_INFLUX_TOKEN!,
              org: set.SONAE_INFLUX_ORG!,
              bucket: set.SONAE_INFLUX_BUCKET!,
            },
      audit: {
        key: resolve(set.SONAE_AUDIT_KEY ?? join(set.SONAE_DATA, 'audit-key.pem')),
        checkpoints: resolve(set.SONAE_AUDIT_CHECKPOINTS ?? join(set.SONAE_DATA, 'audit-checkpoints.jsonl')),
      },
      secondFactor: set.SONAE_SECOND_FACTOR,
      logLevel: set.SONAE_LOG_LEVEL,
    },
  };
}

function mailSettings(smtpUrl: string, from: string, set: z.infer<typeof environment>): MailSettings {
  const domain = set.SONAE_MAIL_INBOUND_DOMAIN ?? senderOf(from).domain;
  return {
    smtpUrl,
    from,
    ca: set.SONAE_SMTP_CA === undefined ? null : resolve(set.SONAE_SMTP_CA),
    dkim:
      set.SONAE_DKIM_KEY === undefined
        ? null
        : { key: resolve(set.SONAE_DKIM_KEY), domain: set.SONAE_DKIM_DOMAIN!, selector: set.SONAE_DKIM_SELECTOR! },
    domain,
    entryAddress: `${set.SONAE_MAIL_ENTRY}@${domain}`,
    inbound: set.SONAE_MAIL_INBOUND_PORT === undefined ? null : { port: set.SONAE_MAIL_INBOUND_PORT, host: set.SONAE_MAIL_INBOUND_HOST },
  };
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.join(', ')}: not a setting of this version; see the README for those that are`;
  return `${issue.path.join('.')} ${issue.message}`;
}
