import { DeviceSessions } from './device-sessions.ts';

const d1 = { id: 'd1' };
const message = (text: string, topic = 'sonae/v1/d1/cmd') => ({
  topic,
  payload: Buffer.from(text),
  brokerId: 'b',
  brokerCounter: Number(text),
});

describe('DeviceSessions', () => {
  it('remembers only what a device may hear, however much it asks for', async () => {
    const sessions = new DeviceSessions();
    const wanted = ['#', 'sonae/v1/d1/cmd', 'sonae/v1/d2/cmd', ...Array.from({ length: 1000 }, (_, at) => `x/${at}`)];
    await sessions.addSubscriptions(
      d1,
      wanted.map((topic) => ({ topic, qos: 1 })),
    );
    expect(await sessions.subscriptionsByClient(d1)).toEqual([{ topic: 'sonae/v1/d1/cmd', qos: 1 }]);
    expect(await sessions.subscriptionsByTopic('sonae/v1/d1/cmd')).toEqual([{ topic: 'sonae/v1/d1/cmd', qos: 1, clientId: 'd1' }]);
    expect(await sessions.subscriptionsByTopic('sonae/v1/d2/cmd')).toEqual([]);
  });

  it('keeps the newest 32 messages for a device that does not acknowledge, and counts the others', async () => {
    const sessions = new DeviceSessions();
    for (let at = 0; at < 40; at += 1) await sessions.outgoingEnqueueCombi([{ clientId: 'd1' }], message(String(at)));
    const queued = (await sessions.outgoingStream(d1).toArray()) as { payload: Buffer }[];
    expect(queued.map(({ payload }) => String(payload))).toEqual(Array.from({ length: 32 }, (_, at) => String(at + 8)));
    expect(sessions.dropped).toBe(8);
  });

  it('takes a message from the queue when its number is acknowledged, and nothing for a number it does not know', async () => {
    const sessions = new DeviceSessions();
    for (const text of ['1', '2']) await sessions.outgoingEnqueueCombi([{ clientId: 'd1' }], message(text));
    await sessions.outgoingUpdate(d1, { ...message('2'), messageId: 9 });
    expect(await sessions.outgoingClearMessageId(d1, message('1'))).toBeUndefined();
    expect(await sessions.outgoingClearMessageId(d1, { ...message('2'), messageId: 9 })).toMatchObject({ brokerCounter: 2 });
    expect(await sessions.outgoingStream(d1).toArray()).toHaveLength(1);
  });

  it('keeps no more than 1,000 open handshakes of a device, and no payload of them', async () => {
    const sessions = new DeviceSessions();
    for (let messageId = 1; messageId <= 1001; messageId += 1) await sessions.incomingStorePacket(d1, { ...message('1'), messageId });
    await expect(sessions.incomingGetPacket(d1, { ...message('1'), messageId: 1 })).rejects.toThrow('no such packet');
    await sessions.incomingDelPacket(d1, { ...message('1'), messageId: 1001 });
    await expect(sessions.incomingGetPacket(d1, { ...message('1'), messageId: 1001 })).rejects.toThrow('no such packet');
  });

  it('clears what was retained by an empty payload', async () => {
    const sessions = new DeviceSessions();
    const topic = 'sonae/v1/d1/cfg';
    await sessions.storeRetained(message('1', topic));
    expect(await sessions.createRetainedStreamCombi([topic]).toArray()).toHaveLength(1);
    await sessions.storeRetained(message('', topic));
    expect(await sessions.createRetainedStreamCombi([topic]).toArray()).toEqual([]);
  });
});
