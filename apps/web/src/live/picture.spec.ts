import type { AlertBriefDto, GaugeDto, LiveEventDto, StatusDto, TimelineDto } from '#wire';
import { applyEvents, emptyPicture, TIMELINE_MAX } from './picture.ts';

const status = { serverTime: 1, city: '見本市' } as StatusDto;
const aGauge = (id: string, step = 0): GaugeDto => {
  const alerts = step === 0 ? [] : [{ kind: 'level', state: 'raised', step, stepsMax: 3 } as AlertBriefDto];
  return { id, alerts } as unknown as GaugeDto;
};
const aLine = (number: number, accepted = 0): TimelineDto =>
  ({ transition: { id: `t${number}`, number }, reach: [{ accepted }] }) as unknown as TimelineDto;
const snapshot = (gauges: GaugeDto[], timeline: TimelineDto[] = []): LiveEventDto => ({ type: 'snapshot', gauges, timeline, status });

describe('picture', () => {
  it('replaces everything by a snapshot, also gauges that are gone', () => {
    const before = applyEvents(emptyPicture, [snapshot([aGauge('a'), aGauge('b')])], 0);
    const after = applyEvents(before, [snapshot([aGauge('b')])], 1);
    expect([...after.gauges.keys()]).toEqual(['b']);
  });

  it('applies a batch in order, so that the last word about a gauge stands', () => {
    const picture = applyEvents(
      emptyPicture,
      [snapshot([aGauge('a')]), { type: 'gauges', gauges: [aGauge('a', 1)] }, { type: 'gauges', gauges: [aGauge('a', 2)] }],
      0,
    );
    expect(picture.gauges.get('a')?.alerts[0]?.step).toBe(2);
  });

  it('changes nothing when events are told again after a resume', () => {
    const events: LiveEventDto[] = [snapshot([aGauge('a')]), { type: 'timeline', items: [aLine(1), aLine(2)] }];
    const once = applyEvents(emptyPicture, events, 0);
    const twice = applyEvents(once, events.slice(1), 1);
    expect(twice.timeline).toEqual(once.timeline);
    expect(twice.news).toEqual([]);
  });

  it('keeps the line of time newest first, replaces a line whose reach moved on, and stays bounded', () => {
    const many = Array.from({ length: TIMELINE_MAX + 5 }, (_, n) => aLine(n + 1));
    const picture = applyEvents(emptyPicture, [snapshot([], many), { type: 'timeline', items: [aLine(200, 7)] }], 0);
    expect(picture.timeline).toHaveLength(TIMELINE_MAX);
    expect(picture.timeline[0]?.transition.number).toBe(TIMELINE_MAX + 5);
    expect(picture.timeline.find((item) => item.transition.number === 200)?.reach[0]?.accepted).toBe(7);
  });

  it('announces what is new, and not the whole past when the page opens', () => {
    const first = applyEvents(emptyPicture, [snapshot([], [aLine(1)])], 0);
    expect(first.news).toEqual([]);
    const second = applyEvents(first, [{ type: 'timeline', items: [aLine(2)] }], 1);
    expect(second.news.map((item) => item.transition.number)).toEqual([2]);
  });

  it('marks a gauge that reached the highest step while somebody watched, once', () => {
    const calm = applyEvents(emptyPicture, [snapshot([aGauge('a'), aGauge('old', 3)])], 10);
    expect(calm.rises.size).toBe(0);
    const risen = applyEvents(calm, [{ type: 'gauges', gauges: [aGauge('a', 3), aGauge('old', 3)] }], 20);
    expect([...risen.rises]).toEqual([['a', 20]]);
    expect(applyEvents(risen, [{ type: 'gauges', gauges: [aGauge('a', 3)] }], 30).rises.get('a')).toBe(20);
  });
});
