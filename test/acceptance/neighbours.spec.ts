import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import mqtt, { type MqttClient } from 'mqtt';
import { isSigned } from '#channels/webhook';
import type { Playbook } from '#core';
import { loadPlaybook } from '#playbook';
import { webhookSecret } from '#runtime';
import { Station } from '../support/station.ts';

const MINUTE = 60_000;
const SIREN = 'siren-honmachi';
const KEY = 'key of the siren';

/** The sample city, whose river also tells neighbour systems and sounds the siren. */
async function city(): Promise<Playbook> {
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  const routes = playbook.routes.map((route) =>
    route.id === 'residents-river' ? { ...route, channels: [...route.channels, 'webhook', 'relay'] as const } : route,
  );
  return { ...playbook, routes };
}

describe('neighbour systems and sirens', () => {
  const posts: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      posts.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  let station: Station;
  let siren: MqttClient;
  const commands: { readonly id: string; readonly on: boolean; readonly do: string }[] = [];

  beforeAll(async () => {
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
    const districts = ['honmachi', 'seguchi'];
    station = await Station.start({
      playbook: await city(),
      env: { SONAE_WEBHOOK_INNER_HOSTS: '127.0.0.1' },
      subscribers: [
        { channel: 'webhook', address: url, language: 'ja', districts, categories: ['flood'] },
        { channel: 'relay', address: SIREN, language: 'ja', districts, categories: ['flood'] },
      ],
    });
    const keyHash = createHash('sha256').update(KEY).digest('hex');
    await station.service.adapters.accounts.addDeviceKey({ device: SIREN, keyHash, createdAt: 0, revokedAt: null });
    await station.restart();
    siren = await mqtt.connectAsync(station.mqttUrl, { clientId: SIREN, username: SIREN, password: KEY });
    siren.on('message', (_, payload) => {
      const command = JSON.parse(payload.toString()) as (typeof commands)[number];
      commands.push(command);
      siren.publish(`sonae/v1/${SIREN}/ack`, JSON.stringify({ id: command.id, ok: true }), { qos: 1 });
    });
    await siren.subscribeAsync(`sonae/v1/${SIREN}/cmd`, { qos: 1 });
  });
  afterAll(async () => {
    await siren?.endAsync(true);
    await station?.stop();
    receiver.closeAllConnections();
    receiver.close();
  });

  it('hands a warning to a neighbour with a signature that its secret proves, and sounds a siren that acknowledges', async () => {
    const gauge = await station.gauge('ose-seguchi');
    const warn = (await city()).gauges.get('ose-seguchi')!.thresholds.find(({ code }) => code === 'warn')!.value;
    await gauge.reports([warn + 0.1, warn + 0.2], { everyMs: 2 * MINUTE });
    await station.settled();

    // Whoever was too slow to answer hears it again, under the same id.
    expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const { headers, body } = posts.at(-1)!;
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
    const { directory, keys, ledger } = station.service.adapters;
    const recipient = (await directory.recipientOf('webhook', url))!;
    const signed = { id: String(headers['webhook-id']), timestampS: Number(headers['webhook-timestamp']), body };
    expect(isSigned(String(headers['webhook-signature']), signed, webhookSecret(keys, recipient))).toBe(true);
    expect(isSigned(String(headers['webhook-signature']), signed, webhookSecret(keys, '0'))).toBe(false);
    expect(JSON.parse(body)).toMatchObject({ type: 'sonae.message', data: { status: 'actual', language: 'ja' } });

    expect(new Set(commands.map(({ id }) => id)).size).toBe(1);
    expect(commands.at(-1)).toMatchObject({ do: 'signal', on: true });
    const told = await ledger.deliveries({ channel: 'relay', limit: 10 });
    expect(told.map(({ delivery }) => delivery.state)).toEqual(['sent']);
  });
});
