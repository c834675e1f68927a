import { renameSync, writeFileSync } from 'node:fs';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import mqtt from 'mqtt';
import { selfSignedLocalhost } from '#outside/mail-catcher';
import { aGauge, aPlaybook } from '../support/builders.ts';
import { Logger } from '../../libs/runtime/src/logger.ts';
import { TlsListener } from '../../libs/runtime/src/tls-listener.ts';
import { FrontDoor } from '../support/front-door.ts';
import { Station } from '../support/station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const file = (name: string): string => folder.file(name);

/** Puts a fresh certificate in the place of the one before, each file at once, as a renewal does. */
function issue(): string {
  const { key, cert } = selfSignedLocalhost();
  writeFileSync(file('new-key.pem'), key, { mode: 0o600 });
  writeFileSync(file('new-cert.pem'), cert);
  renameSync(file('new-key.pem'), file('key.pem'));
  renameSync(file('new-cert.pem'), file('cert.pem'));
  return cert;
}

describe('MQTT over TLS', () => {
  let station: Station;
  let port: number;
  let cert: string;

  beforeAll(async () => {
    cert = issue();
    const env = { SONAE_MQTT_TLS_PORT: '0', SONAE_TLS_CERT: file('cert.pem'), SONAE_TLS_KEY: file('key.pem') };
    station = await Station.start({ playbook: aPlaybook({ gauges: [aGauge()] }), env });
    port = station.service.mqttTlsPort!;
  });

  afterAll(async () => {
    await station.stop();
    folder.remove();
  });

  it('keeps what a device hands in under its key', async () => {
    const id = 'tama-03';
    const client = await mqtt.connectAsync(`mqtts://localhost:${port}`, {
      clientId: id,
      username: id,
      password: station.keys[id]!,
      ca: cert,
    });
    await client.publishAsync(`sonae/v1/${id}/obs`, JSON.stringify({ seq: 1, t: Date.now(), level: 3.2 }), { qos: 1 });
    await client.endAsync();
    await station.settled();
    expect(await station.service.adapters.log.end()).toBe(1);
  });

  it('S5 speaks TLS 1.2 and newer, and nothing older', async () => {
    expect(await protocolOf(port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    await expect(protocolOf(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow(/alert|protocol|version/i);
  });

  it('F39 takes a renewed certificate while open sessions go on', async () => {
    const door = await FrontDoor.open();
    const tls = { port: 0, cert: file('cert.pem'), key: file('key.pem'), ca: null };
    const listener = new TlsListener({ tls, broker: door.broker, logger: new Logger('silent'), lookMs: 10 });
    try {
      const own = await listener.listen('127.0.0.1');
      const open = await secured(own);
      const before = open.getPeerCertificate().fingerprint256;
      issue();
      let now = before;
      while (now === before) {
        const socket = await secured(own);
        now = socket.getPeerCertificate().fingerprint256;
        socket.destroy();
      }
      expect(open.destroyed).toBe(false);
      open.destroy();
    } finally {
      listener.stop();
      await door.close();
    }
  });

  it('says which file is missing instead of starting without TLS', async () => {
    const env = { SONAE_MQTT_TLS_PORT: '0', SONAE_TLS_CERT: file('nowhere.pem'), SONAE_TLS_KEY: file('key.pem') };
    await expect(Station.start({ playbook: aPlaybook(), env })).rejects.toThrow(/nowhere\.pem/);
  });
});

type Versions = Pick<ConnectionOptions, 'minVersion' | 'maxVersion'>;

function secured(port: number, versions: Versions = {}): Promise<TLSSocket> {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...versions }, () => done(socket));
    socket.once('error', failed);
  });
}

async function protocolOf(port: number, versions: Versions): Promise<string | null> {
  const socket = await secured(port, versions);
  const protocol = socket.getProtocol();
  socket.destroy();
  return protocol;
}
