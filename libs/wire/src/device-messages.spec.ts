import { ackMessage, cfgMessage, cmdMessage, decodeAck, decodeState, keptMessage } from './device-messages.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('messages beside reports', () => {
  it('reads what a device says about itself', () => {
    expect(decodeState(bytes({ online: false }))).toEqual({ online: false });
    expect(decodeState(bytes({ online: true, fw: '1.4.2', cfgRev: 7 }))).toEqual({ online: true, fw: '1.4.2', cfgRev: 7 });
    expect(decodeAck(bytes({ id: 'c1', ok: true }))).toEqual({ id: 'c1', ok: true });
  });

  it.each(['{"online":"yes"}', '{"online":true,"level":12}', '{"online":true,"online":false}', '{}', 'offline', ''])(
    'refuses the state %s',
    (text) => {
      expect(decodeState(bytes(text))).toHaveProperty('reason');
    },
  );

  it('knows what the service may send, and nothing beside it', () => {
    expect(cfgMessage.safeParse({ rev: 3, mode: 'observe', interval: 60 }).success).toBe(true);
    expect(cfgMessage.safeParse({ rev: 3, mode: 'observe', interval: 60, extra: 1 }).success).toBe(false);
    expect(cmdMessage.safeParse({ id: 'c1', do: 'resend', expires: 1, from: 4, to: 9 }).success).toBe(true);
    expect(cmdMessage.safeParse({ id: 'c1', do: 'open-the-gate', expires: 1 }).success).toBe(false);
    expect(keptMessage.safeParse({ seq: 12 }).success).toBe(true);
    expect(ackMessage.safeParse({ seq: 12 }).success).toBe(false);
  });
});
