import { FrontDoor, keyOf, obs, until } from '../support/front-door.ts';
import { RawDevice } from '../support/raw-device.ts';

const report = (seq: number) => JSON.stringify({ seq, t: Date.now(), level: 1 + seq / 1000 });

describe('a device that says or asks for what is not its own', () => {
  let door: FrontDoor;
  beforeEach(async () => {
    door = await FrontDoor.open();
  });
  afterEach(() => door.close());

  it.each([
    ['a foreign topic', obs('d2'), 'foreignTopic'],
    ['its own cfg', 'sonae/v1/d1/cfg', 'foreignTopic'],
    ['a level below its own', `${obs('d1')}/more`, 'foreignTopic'],
    ['$SYS', '$SYS/d1/heartbeat', 'systemTopic'],
    ['a topic with NUL', `${obs('d1')}\u0000`, 'foreignTopic'],
    ['an over-long topic', obs('d1'.repeat(15_000)), 'foreignTopic'],
    ['a deep topic', 'a/'.repeat(5000), 'badTopic'],
    ['a wildcard', 'sonae/v1/+/obs', 'badTopic'],
    ['another wildcard', 'sonae/#', 'badTopic'],
    ['an empty topic', '', 'badTopic'],
  ] as const)('F30 is closed and counted for publishing to %s', async (_, topic, refusal) => {
    const good = await door.device('d2');
    const bad = await door.device('d1');
    bad.sendBytes(publishBytes(topic, report(1)));
    await bad.closed;
    expect(door.broker.counters.refused[refusal]).toBe(1);
    expect(await good.publish(obs('d2'), report(1))).toBe(1);
    expect(await door.log.end()).toBe(1);
  });

  it('F30 gets SUBACK 0x80 for what it may not hear, and hears the rest', async () => {
    const device = await door.device('d1', { clean: false });
    const topics = ['#', 'sonae/v1/d1/cfg', 'sonae/v1/d2/cfg', 'sonae/v1/+/cfg', '$SYS/#', obs('d1'), 'sonae/v1/d1/#'];
    device.send({ cmd: 'subscribe', messageId: 7, subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })) });
    expect(await device.next('suback')).toMatchObject({ granted: [128, 1, 128, 128, 128, 128, 128] });
    expect(door.broker.counters.refused.foreignSubscription).toBe(6);
    await door.broker.publishTo('d2', 'cfg', '{"rev":1}', { retain: true });
    await door.broker.publishTo('d1', 'cfg', '{"rev":2}', { retain: true });
    expect(await device.next('publish')).toMatchObject({ topic: 'sonae/v1/d1/cfg', payload: Buffer.from('{"rev":2}') });
    expect(device.received).toEqual([]);
  });

  it('F30 does not hear of others by asking again in a session that is kept', async () => {
    const first = await door.device('d1', { clean: false });
    const subscriptions = ['sonae/v1/d1/cmd', 'sonae/v1/d2/cmd'].map((topic) => ({ topic, qos: 1 as const }));
    first.send({ cmd: 'subscribe', messageId: 7, subscriptions });
    await first.next('suback');
    first.vanish();
    await until(() => !door.broker.isConnected('d1'));
    await door.broker.publishTo('d2', 'cmd', 'for d2');
    await door.broker.publishTo('d1', 'cmd', 'for d1');
    const again = await door.device('d1', { clean: false });
    expect(await again.next('publish')).toMatchObject({ topic: 'sonae/v1/d1/cmd', payload: Buffer.from('for d1') });
    again.send({ cmd: 'pingreq' });
    await again.next('pingresp');
    expect(again.received).toEqual([]);
  });

  it('F31 refuses another key for the same client id before the real device is thrown out', async () => {
    const real = await door.device('d1');
    for (const claim of [{ key: 'wrong' }, { key: keyOf('d2') }, {}, { key: keyOf('d2'), username: 'd2' }]) {
      const { device, code } = await RawDevice.open(door.port, { id: 'd1', ...claim });
      expect(code).toBe(4);
      await device.closed;
    }
    expect(await real.publish(obs('d1'), report(1))).toBe(1);
    expect(door.broker.counters.refused).toMatchObject({ badKey: 3, identityMismatch: 1 });
    expect(door.takeovers).toEqual([]);
  });

  it('F32 notices one credential in two places, and tells more of it the more often it happens', async () => {
    const first = await door.device('d1');
    const second = await door.device('d1');
    await first.closed;
    const third = await door.device('d1');
    await second.closed;
    expect(await third.publish(obs('d1'), report(1))).toBe(1);
    expect(door.takeovers).toEqual(['d1 1', 'd1 2']);
    expect(door.broker.counters).toMatchObject({ takeovers: 2, connected: 1 });
  });

  it.each([true, false])('F33 refuses an empty client id, clean=%s', async (clean) => {
    const device = door.stranger();
    device.sendBytes(connectBytes({ id: '', username: 'd1', key: keyOf('d1'), clean }));
    expect(await device.next('connack')).toMatchObject({ returnCode: 2 });
    await device.closed;
    expect(door.broker.counters.refused.emptyClientId).toBe(1);
  });

  it.each([
    ['a reading', { topic: obs('d1'), payload: Buffer.from(report(1)) }],
    ['the state of another', { topic: 'sonae/v1/d2/state', payload: Buffer.from('{"online":false}') }],
    ['a large state', { topic: 'sonae/v1/d1/state', payload: Buffer.alloc(257, 0x20) }],
    ['something of $SYS', { topic: '$SYS/d1', payload: Buffer.from('x') }],
  ])('F34 refuses a Will that is %s', async (_, will) => {
    const { device, code } = await RawDevice.open(door.port, { id: 'd1', key: keyOf('d1'), will: { qos: 1, retain: true, ...will } });
    expect(code).toBe(5);
    await device.closed;
    expect(door.broker.counters.refused.badWill).toBe(1);
    expect([await door.log.end(), door.messages]).toEqual([0, []]);
  });

  it('F34 hands on the Will of a device whose link dies, and no Will of one that says goodbye', async () => {
    const will = { topic: 'sonae/v1/d1/state', payload: Buffer.from('{"online":false}'), qos: 1 as const, retain: true };
    const polite = await door.device('d1', { will });
    polite.send({ cmd: 'disconnect' });
    await polite.closed;
    await until(() => !door.broker.isConnected('d1'));
    expect(door.messages).toEqual([]);
    const dying = await door.device('d1', { will });
    dying.vanish();
    await until(() => door.messages.length > 0);
    expect(door.messages).toEqual([{ device: 'd1', leaf: 'state', payload: '{"online":false}' }]);
  });

  it('F35 keeps a retained reading as a reading and hands it to nobody later', async () => {
    const device = await door.device('d1');
    expect(await device.publish(obs('d1'), report(1), { retain: true })).toBe(1);
    expect(await door.seqs('d1')).toEqual([1]);
    device.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: obs('d1'), qos: 1 }] });
    expect(await device.next('suback')).toMatchObject({ granted: [128] });
    device.send({ cmd: 'pingreq' });
    await device.next('pingresp');
    expect(device.received).toEqual([]);
  });

  it('F40 refuses an MQTT 5 client with the code for an unknown version', async () => {
    const { device, code } = await RawDevice.open(door.port, { id: 'd1', key: keyOf('d1'), protocolVersion: 5 });
    expect(code).toBe(1);
    await device.closed;
    expect(door.broker.counters.refused.mqtt5).toBe(1);
  });

  it('hands events and states to the service, and gives a late subscriber the configuration that was retained', async () => {
    const device = await door.device('d1');
    await device.publish('sonae/v1/d1/event', '{"door":"open"}');
    await device.publish('sonae/v1/d1/state', '{"online":true}', { retain: true });
    expect(door.messages.map(({ leaf }) => leaf)).toEqual(['event', 'state']);
    await door.broker.publishTo('d1', 'cfg', '{"rev":3}', { retain: true });
    device.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: 'sonae/v1/d1/cfg', qos: 1 }] });
    expect(await device.next('publish')).toMatchObject({ payload: Buffer.from('{"rev":3}'), retain: true });
    await expect(door.broker.publishTo('d1/#', 'cfg', 'x')).rejects.toThrow(RangeError);
  });
});

const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function packet(header: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; ; left >>= 7) {
    length.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.concat([Buffer.from([header, ...length]), body]);
  }
}

/** Packets that the packet library would not write. */
const publishBytes = (topic: string, payload: string) => packet(0x32, text(topic), Buffer.from([0, 1]), Buffer.from(payload));

const connectBytes = ({ id, username, key, clean }: { id: string; username: string; key: string; clean: boolean }) =>
  packet(0x10, text('MQTT'), Buffer.from([4, 0xc0 | (clean ? 2 : 0), 0, 60]), text(id), text(username), text(key));
