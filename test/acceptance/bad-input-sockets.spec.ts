import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectAsync } from 'mqtt';
import { FrontDoor, keyOf, obs, until } from '../support/front-door.ts';
import { randomOf } from '../support/random.ts';
import { RawDevice } from '../support/raw-device.ts';

/** Hostile packets per run (reliability §4); a failure names the seed. */
const PACKETS = 50_000;
const SEED = Number(process.env['SONAE_SEED'] ?? 26);
/**
 * The promise is 100 ms at p99 on a machine of its own (reliability §4), and the figure is printed. The limit is for a machine that others use
 * too: whoever waited behind hostile connections would wait for their time-outs.
 */
const NOTICED_MS = 400;

const report = (seq: number) => JSON.stringify({ seq, t: Date.now(), level: 1 + seq / 1000 });
const percentile = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;

/** Bytes in use once the garbage is gone: what a leak would add to. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Publishes one reading after another until it is told to stop or turned away, and remembers how long each took. */
function goodDevice(device: RawDevice, id: string): { readonly tookMs: number[]; readonly stop: () => Promise<void> } {
  const tookMs: number[] = [];
  const ending = new AbortController();
  const running = (async () => {
    for (let seq = 1; !ending.signal.aborted; seq += 1) {
      const began = performance.now();
      if ((await device.publish(obs(id), report(seq), { messageId: seq })) !== seq) break;
      tookMs.push(performance.now() - began);
      await new Promise((next) => setTimeout(next, 5));
    }
  })();
  return {
    tookMs,
    stop: async () => {
      ending.abort();
      await running;
      expect(device.isClosed).toBe(false);
    },
  };
}

describe('sockets that do not speak as they should', () => {
  let door: FrontDoor;
  afterEach(() => door.close());

  it(`F26 of ${PACKETS} malformed packets close their own connections, and a good device notices nothing (seed ${SEED})`, async () => {
    door = await FrontDoor.open({ limits: { readingsPerSecond: Infinity } });
    const good = goodDevice(await door.device('d1'), 'd1');
    const random = randomOf(SEED);
    const heapBefore = heapInUse();
    let sent = 0;
    while (sent < PACKETS) {
      const bad = door.stranger();
      const welcome = random.below(3) > 0;
      const code = welcome ? await bad.hello({ id: 'd2', key: keyOf('d2'), clean: random.below(2) === 0 }) : 0;
      expect(code).toBe(0);
      for (let at = random.below(12); at >= 0 && !bad.isClosed; at -= 1) {
        bad.sendBytes(hostile(random));
        sent += 1;
      }
      // Some wait for the answer, some are gone before it.
      if (random.below(2) === 0) bad.vanish();
      else bad.socket.end();
      await bad.closed;
    }
    await good.stop();
    expect(good.tookMs.length).toBeGreaterThan(20);
    process.stdout.write(`F26: a good device waited ${percentile(good.tookMs, 0.99).toFixed(1)} ms for its answer (p99)\n`);
    expect(percentile(good.tookMs, 0.5)).toBeLessThan(NOTICED_MS);
    await until(() => door.broker.counters.connections === 1);
    const grown = heapInUse() - heapBefore;
    expect(grown).toBeLessThan(50 * 1024 * 1024);
    expect(await door.seqs('d1')).toEqual(Array.from({ length: good.tookMs.length }, (_, at) => at + 1));
    const { malformed, notConnect, tooLarge } = door.broker.counters.refused;
    expect([malformed, notConnect, tooLarge].every((count) => count > 0)).toBe(true);
  });

  it.each([
    ['256 MiB before anybody knows who it is', false, Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), 'tooLarge'],
    ['4 KiB and one before CONNECT', false, Buffer.from([0x10, 0x81, 0x20]), 'tooLarge'],
    ['256 MiB in a reading', true, Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]), 'tooLarge'],
    ['64 KiB and one in a reading', true, Buffer.from([0x32, 0x81, 0x80, 0x04]), 'tooLarge'],
    ['more than the protocol can say', true, Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0x7f]), 'malformed'],
    ['something else than CONNECT', false, Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'notConnect'],
    ['a second CONNECT', true, Buffer.from([0x10, 0x00]), 'malformed'],
    ['what only a server says', true, Buffer.from([0x90, 0x03, 0, 1, 0]), 'malformed'],
  ] as const)('F27 are closed at once for announcing %s', async (_, welcome, bytes, refusal) => {
    door = await FrontDoor.open();
    const device = welcome ? await door.device('d1') : door.stranger();
    device.sendBytes(bytes);
    await device.closed;
    expect(door.broker.counters.refused[refusal]).toBe(1);
  });

  it('F27 keep the largest packet there may be', async () => {
    door = await FrontDoor.open();
    const device = await door.device('d1');
    const payload = Buffer.alloc(65_536 - obs('d1').length - 4, 0x20);
    expect(await device.publish(obs('d1'), payload)).toBe(1);
  });

  it('F28 are let go when they are silent, are counted per address and in all, and do not slow a good device', async () => {
    door = await FrontDoor.open({ limits: { connectMs: 4_000, perAddressMax: 150, connectionsMax: 120, countLoopback: true } });
    const good = goodDevice(await door.device('d1'), 'd1');
    const crowd = Array.from({ length: 300 }, (_, at) => {
      const stranger = door.stranger();
      if (at % 2 === 0) stranger.sendBytes(Buffer.from([0x10]));
      return stranger;
    });
    await until(() => door.broker.counters.refused.tooMany === 181);
    expect(door.broker.counters.connections).toBe(120);
    await Promise.all(crowd.map((stranger) => stranger.closed));
    await good.stop();
    expect(door.broker.counters.refused).toMatchObject({ tooMany: 181, silent: 119 });
    expect(percentile(good.tookMs, 0.5)).toBeLessThan(NOTICED_MS);
  });

  it('F28 are counted per address, and a place that is left is free again', async () => {
    door = await FrontDoor.open({ limits: { perAddressMax: 2, countLoopback: true } });
    const [first] = [await door.device('d1'), await door.device('d2')];
    const third = door.stranger();
    await third.closed;
    expect(door.broker.counters.refused.tooManyFromAddress).toBe(1);
    first.vanish();
    await until(() => door.broker.counters.connections === 1);
    await expect(door.device('d1')).resolves.toBeInstanceOf(RawDevice);
  });

  it('F28 may come in any number from this machine unless it is said otherwise', async () => {
    door = await FrontDoor.open({ limits: { perAddressMax: 1 } });
    await door.device('d1');
    await expect(door.device('d2')).resolves.toBeInstanceOf(RawDevice);
  });

  it('F29 of 400 devices that return at once are all in within seconds, and so are their readings', async () => {
    const ids = Array.from({ length: 400 }, (_, at) => `r${at}`);
    door = await FrontDoor.open({ devices: ids });
    const began = performance.now();
    const devices = await Promise.all(ids.map((id) => door.device(id, { clean: false })));
    await Promise.all(devices.map((device, at) => device.publish(obs(ids[at]!), report(1))));
    const perSecond = 400 / ((performance.now() - began) / 1_000);
    process.stdout.write(`F29: ${perSecond.toFixed(0)} devices a second are back and heard\n`);
    // Ten thousand within a minute (F29) are 167 a second on a machine of its own; the limit catches what is plainly broken.
    expect(perSecond).toBeGreaterThan(10);
    expect(await door.log.end()).toBe(400);
    for (const device of devices) device.vanish();
    await until(() => door.broker.counters.connections === 0);
    await Promise.all(ids.map((id) => door.device(id, { clean: false })));
    expect(door.broker.counters).toMatchObject({ connected: 400, takeovers: 0 });
  });

  it('S4 are closed within seconds when their key is revoked, and the other key of a rotation goes on', async () => {
    door = await FrontDoor.open({ limits: { refreshMs: 50 } });
    const [revoked, rotating] = [await door.device('d1'), await door.device('d2')];
    await door.accounts.revokeDeviceKeys('d1', door.clock.now(), false);
    await revoked.closed;
    expect((await RawDevice.open(door.port, { id: 'd1', key: keyOf('d1') })).code).toBe(4);
    await new Promise((next) => setTimeout(next, 2));
    await door.addKey('d2', 'second');
    await until(() => door.broker.admits('d2', 'second'));
    expect(await rotating.publish(obs('d2'), report(1))).toBe(1);
    await door.accounts.revokeDeviceKeys('d2', door.clock.now(), true);
    await rotating.closed;
    expect((await RawDevice.open(door.port, { id: 'd2', key: 'second' })).code).toBe(0);
    expect(door.broker.counters.refused.revoked).toBe(2);
  });

  it('may speak MQTT over WebSocket with the same guarantees and guards', async () => {
    door = await FrontDoor.open();
    const http = createServer((_, response) => response.end());
    door.broker.attach(http);
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const client = await connectAsync(`${url}/mqtt`, {
      clientId: 'd1',
      username: 'd1',
      password: keyOf('d1'),
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    await client.publishAsync(obs('d1'), report(1), { qos: 1 });
    expect(await door.seqs('d1')).toEqual([1]);
    await client.publishAsync(obs('d1'), Buffer.alloc(60_000, 0x20), { qos: 1 });
    expect(door.intake.counters).toMatchObject({ stored: 1, quarantined: 1 });
    const wrong = connectAsync(`${url}/mqtt`, { clientId: 'd2', username: 'd2', password: 'no', protocolVersion: 4, reconnectPeriod: 0 });
    await expect(wrong).rejects.toThrow(/bad user ?name or password/i);
    await expect(
      connectAsync(`${url}/elsewhere`, { clientId: 'd2', protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 2000 }),
    ).rejects.toThrow(/hang up|closed|ECONNRESET/i);
    await client.endAsync();
    http.closeAllConnections();
    await new Promise((closed) => http.close(closed));
  });
});

type Random = ReturnType<typeof randomOf>;

/** A packet that is wrong in one of many ways, or a right one that has no business here. */
function hostile(random: Random): Buffer {
  switch (random.below(6)) {
    case 0:
      return random.bytes(1 + random.below(64));
    case 1:
      return Buffer.concat([Buffer.from([random.below(256), random.below(128)]), random.bytes(random.below(128))]);
    case 2:
      return Buffer.from([random.below(256), 0xff, 0xff, 0xff, random.below(256)]);
    case 3: {
      const right = someRight(random);
      for (let flips = 1 + random.below(4); flips > 0; flips -= 1) right[random.below(right.length)]! ^= 1 << random.below(8);
      return right;
    }
    case 4: {
      const right = someRight(random);
      return right.subarray(0, 1 + random.below(right.length));
    }
    default:
      return someRight(random);
  }
}

function someRight(random: Random): Buffer {
  const topics = [obs('d2'), obs('d1'), 'a/b', '#', '+/+', '', 'sonae/v1/d2/state', '$SYS/x', 'x'.repeat(300)];
  const topic = topics[random.below(topics.length)]! || 'x';
  const messageId = 1 + random.below(65_535);
  const version = ([3, 4, 5] as const)[random.below(3)]!;
  const packets: readonly Packet[] = [
    {
      cmd: 'connect',
      clientId: topic,
      protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: version,
      clean: true,
      keepalive: random.below(9),
    },
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'publish', topic, payload: random.bytes(random.below(200)), qos: 1, dup: true, retain: true, messageId },
    { cmd: 'publish', topic, payload: random.bytes(random.below(200)), qos: 2, dup: false, retain: false, messageId },
    { cmd: 'puback', messageId },
    { cmd: 'pubrec', messageId },
    { cmd: 'pubrel', messageId },
    { cmd: 'pubcomp', messageId },
    { cmd: 'subscribe', messageId, subscriptions: [{ topic, qos: 2 }] },
    { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] },
    { cmd: 'suback', messageId, granted: [0] },
    { cmd: 'unsuback', messageId, granted: [] },
    { cmd: 'pingreq' },
    { cmd: 'pingresp' },
    { cmd: 'disconnect' },
  ];
  return Buffer.from(generate(packets[random.below(packets.length)]!));
}
