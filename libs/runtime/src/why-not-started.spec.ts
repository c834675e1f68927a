import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { expect, it } from '@jest/globals';
import type { Settings } from './settings.ts';
import { whyNotStarted } from './why-not-started.ts';

const settings = ({ port = 8080, cert = '/etc/tls.crt' } = {}): Pick<Settings, 'http' | 'mqtt' | 'tls' | 'mail'> => ({
  http: { port, host: '127.0.0.1', publicUrl: 'https://sonae.example.jp' },
  mqtt: { port: 1883, host: '127.0.0.1', deviceRate: 20 },
  tls: { port: 8883, cert, key: '/etc/tls.key', ca: null },
  mail: null,
});

const caught = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => 'nothing was thrown',
    (cause: unknown) => cause,
  );

const listening = async (port: number, host: string): Promise<unknown> => {
  const server = createServer();
  const cause = await caught(once(server.listen(port, host), 'listening'));
  server.close();
  return cause;
};

it('names the setting of a port that is taken', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address!.port : 0;
  try {
    expect(whyNotStarted(await listening(port, '127.0.0.1'), settings({ port }))).toBe(
      `port ${port} of 127.0.0.1 is taken by another process. End that one, or set another SONAE_HTTP_PORT.`,
    );
  } finally {
    other.close();
  }
});

it('says that an address is not of this machine', async () => {
  // TEST-NET-1 (RFC 5737) belongs to nobody.
  expect(whyNotStarted(await listening(0, '192.0.2.1'), settings())).toMatch(/192\.0\.2\.1 is no address of this machine.*SONAE_HTTP_HOST/);
});

it('names the setting of a certificate that is not there, and both files of one that is none', async () => {
  const cert = '/no/such/tls.crt';
  expect(whyNotStarted(await caught(readFile(cert)), settings({ cert }))).toBe(
    '/no/such/tls.crt cannot be read (ENOENT). Put it there, let the user of this process read it, or change SONAE_TLS_CERT.',
  );
  const noPem = await caught(Promise.resolve().then(() => createSecureContext({ cert: 'no PEM', key: 'no PEM' })));
  expect(whyNotStarted(noPem, settings())).toMatch(/the certificate \/etc\/tls\.crt with the key \/etc\/tls\.key cannot be used/);
});

it('leaves the words of everything else alone', () => {
  expect(whyNotStarted(new Error('data is in use by another Sonae'), settings())).toBe('data is in use by another Sonae');
  expect(whyNotStarted(Object.assign(new Error('read failed'), { code: 'EIO', path: '/data/x' }), settings())).toBe('read failed');
  expect(whyNotStarted('odd', settings())).toBe('odd');
});
