import type { NodemailerError } from 'nodemailer';
import { outcomeOfFailure } from './mail-outcome.ts';

const failure = (set: Partial<NodemailerError>): NodemailerError => Object.assign(new Error('Invalid login'), set);

describe('a relay that does not know us', () => {
  it('closes the channel on a password that is refused for good, so that a person is paged', () => {
    expect(outcomeOfFailure(failure({ code: 'EAUTH', responseCode: 535, permanent: true }))).toMatchObject({ kind: 'closed' });
  });

  it('tries again when only the moment was wrong', () => {
    expect(outcomeOfFailure(failure({ code: 'EAUTH', responseCode: 454, permanent: false }))).toEqual({
      kind: 'retry',
      reason: 'EAUTH Invalid login',
      unknown: false,
    });
  });
});
