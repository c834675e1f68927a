import { FrontDoor, obs, until } from '../support/front-door.ts';

const report = (seq: number) => JSON.stringify({ seq, t: Date.now(), level: 1 + seq / 1000 });

describe('the acknowledgement of a reading', () => {
  let door: FrontDoor;
  afterEach(() => door.close());

  it('F1 leaves after the reading is kept, and not before', async () => {
    const kept = Promise.withResolvers<void>();
    let asked = 0;
    door = await FrontDoor.open({
      admit: () => {
        asked += 1;
        return kept.promise;
      },
    });
    const device = await door.device('d1');
    let acknowledged: number | string | null = null;
    const publishing = device.publish(obs('d1'), report(1), { messageId: 77 }).then((id) => (acknowledged = id));
    await until(() => asked === 1);
    // The broker answers this ping, which came later, while the reading waits: it had every opportunity to acknowledge.
    device.send({ cmd: 'pingreq' });
    await new Promise((next) => setTimeout(next, 50));
    expect(acknowledged).toBeNull();
    kept.resolve();
    expect(await publishing).toBe(77);
  });

  it('F1 acknowledges a handshake of QoS 2 after the reading is kept as well', async () => {
    const kept = Promise.withResolvers<void>();
    let asked = 0;
    door = await FrontDoor.open({
      admit: () => {
        asked += 1;
        return kept.promise;
      },
    });
    const device = await door.device('d1');
    device.send({ cmd: 'publish', topic: obs('d1'), payload: report(1), qos: 2, dup: false, retain: false, messageId: 5 });
    await until(() => asked === 1);
    await new Promise((next) => setTimeout(next, 50));
    expect(device.received).toEqual([]);
    kept.resolve();
    expect(await device.next('pubrec')).toMatchObject({ messageId: 5 });
    device.send({ cmd: 'pubrel', messageId: 5 });
    expect(await device.next('pubcomp')).toMatchObject({ messageId: 5 });
  });

  it('is withheld when the append fails, and the connection is closed so that the device repeats', async () => {
    door = await FrontDoor.open();
    const device = await door.device('d1');
    door.log.failsNext(1);
    expect(await device.publish(obs('d1'), report(1))).toBe('closed');
    expect(device.received).toEqual([]);
    expect(door.broker.counters.failed).toBe(1);
    const again = await door.device('d1');
    expect(await again.publish(obs('d1'), report(1))).toBe(1);
    expect(await door.seqs('d1')).toEqual([1]);
    expect(door.intake.counters).toMatchObject({ accepted: 1, stored: 1, failed: 1 });
  });

  it('is withheld from everybody in the group whose append failed, and from nobody else', async () => {
    door = await FrontDoor.open();
    const [d1, d2] = [await door.device('d1'), await door.device('d2')];
    door.log.failsNext(1);
    const together = await Promise.all([d1.publish(obs('d1'), report(1)), d2.publish(obs('d2'), report(1))]);
    const kept = [...(await door.seqs('d1')), ...(await door.seqs('d2'))];
    expect(together.filter((answer) => answer !== 'closed')).toHaveLength(kept.length);
    expect(together).toContain('closed');
  });

  it('F25 does not wait for a subscriber that stopped reading, who is dropped', async () => {
    door = await FrontDoor.open({ limits: { drainMs: 300 } });
    const [stuck, good] = [await door.device('d1'), await door.device('d2')];
    stuck.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'sonae/v1/d1/cmd', qos: 1 }] });
    await stuck.next('suback');
    stuck.socket.pause();
    const large = Buffer.alloc(60_000, 0x20);
    const sent = Promise.all(Array.from({ length: 400 }, () => door.broker.publishTo('d1', 'cmd', large)));
    for (let seq = 1; seq <= 20; seq += 1) expect(await good.publish(obs('d2'), report(seq), { messageId: seq })).toBe(seq);
    await until(() => !door.broker.isConnected('d1'));
    await sent;
    expect(door.broker.counters.refused.slowReader).toBeGreaterThan(0);
    stuck.vanish();
  });
});

describe('a device that sends too much', () => {
  let door: FrontDoor;
  afterEach(() => door.close());

  it('waits for its acknowledgements, loses nothing and holds up nobody (S28)', async () => {
    door = await FrontDoor.open({ limits: { readingsPerSecond: 10, burst: 10 } });
    const [runaway, good] = [await door.device('d1'), await door.device('d2')];
    const began = performance.now();
    let answered = 0;
    const answers = Array.from({ length: 30 }, (_, at) =>
      runaway.publish(obs('d1'), report(at + 1), { messageId: at + 1 }).then(() => (answered += 1)),
    );
    expect(await good.publish(obs('d2'), report(1))).toBe(1);
    expect(answered).toBeLessThan(answers.length);
    await Promise.all(answers);
    // 20 beyond the burst, at 10 a second.
    expect(performance.now() - began).toBeGreaterThan(1_900);
    expect(await door.seqs('d1')).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    expect(door.broker.counters.held).toBeGreaterThan(0);
  });

  it('pays for the reports of a batch, not for the packet', async () => {
    door = await FrontDoor.open({ limits: { readingsPerSecond: 100, burst: 10 } });
    const device = await door.device('d1');
    const batch = JSON.stringify(Array.from({ length: 40 }, (_, at) => ({ seq: at + 1, t: Date.now() - 40_000 + at * 1000, level: 1 })));
    const began = performance.now();
    await device.publish(obs('d1'), batch);
    expect(door.broker.counters.held).toBe(0);
    await device.publish(obs('d1'), report(41));
    expect(performance.now() - began).toBeGreaterThan(280);
    expect(await door.seqs('d1')).toHaveLength(41);
  });
});
