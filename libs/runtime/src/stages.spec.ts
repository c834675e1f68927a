import { ManualClock } from '#memory';
import { SETTINGS_SAY, Stages } from './stages.ts';

describe('how the stages stand', () => {
  it('keeps the instant since when a stage is in trouble', async () => {
    const clock = new ManualClock(1_000);
    const stages = new Stages(clock);
    stages.report('watch', null);
    await clock.advance(500);
    stages.report('watch', 'stopped');
    await clock.advance(500);
    stages.report('watch', 'stopped for another reason');
    expect(stages.list()).toEqual([{ name: 'watch', state: 'degraded', since: 1_500, why: 'stopped for another reason' }]);
  });

  it('P6 does not let the good word of one hide the trouble that another one tells', () => {
    const stages = new Stages(new ManualClock(0));
    stages.report('line', 'the token ran out', 'check');
    stages.report('line', null, 'dispatch');
    expect(stages.list()).toMatchObject([{ name: 'line', state: 'degraded', why: 'the token ran out' }]);
    stages.report('line', null, 'check');
    expect(stages.list()).toMatchObject([{ name: 'line', state: 'ok', why: '' }]);
  });

  it('P6 asks those whose trouble comes without a word, at every look', () => {
    const stages = new Stages(new ManualClock(0));
    let why = '';
    stages.ask(() => [{ name: 'email', why }]);
    expect(stages.list()).toMatchObject([{ name: 'email', state: 'ok' }]);
    why = 'nobody answers';
    expect(stages.list()).toMatchObject([{ name: 'email', state: 'degraded', why: 'nobody answers' }]);
  });

  it('is ready when all do the work that the settings give them, and shows what the settings leave out', () => {
    const stages = new Stages(new ManualClock(0));
    stages.report('line', 'no token is set', SETTINGS_SAY);
    expect(stages.ready).toBe(false);
    stages.started = true;
    expect(stages.ready).toBe(true);
    expect(stages.list()).toMatchObject([{ name: 'line', state: 'degraded' }]);
    stages.report('watch', 'stopped');
    expect(stages.ready).toBe(false);
  });

  it.each(['line', 'email', 'webhook', 'history'] as const)(
    'stays ready while %s is in trouble, for a probe would stop readings and decisions for what is outside',
    (name) => {
      const stages = new Stages(new ManualClock(0));
      stages.started = true;
      stages.report(name, 'nobody answers');
      expect(stages.list()).toMatchObject([{ name, state: 'degraded' }]);
      expect(stages.ready).toBe(true);
      stages.report('intake', 'the disk is full');
      expect(stages.ready).toBe(false);
    },
  );
});
