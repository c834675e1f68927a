import { isSigned, secretText, signatureOf } from './signature.ts';

const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampS: 1_614_265_330, body: '{"test": 2432232314}' };

describe('the signature of a webhook', () => {
  it('is the one that the specification prints for its own example', () => {
    expect(signatureOf(signed, secret)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(secretText(secret)).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });

  it('is found among those of two generations of a secret', () => {
    const header = `v1,AAAA ${signatureOf(signed, secret)}`;
    expect(isSigned(header, signed, secret)).toBe(true);
  });

  it.each([
    ['another id', { ...signed, id: 'other' }],
    ['another second', { ...signed, timestampS: 1 }],
    ['another body', { ...signed, body: '{}' }],
  ])('does not fit %s', (_, other) => {
    expect(isSigned(signatureOf(signed, secret), other, secret)).toBe(false);
  });
});
