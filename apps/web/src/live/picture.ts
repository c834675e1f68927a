import type { AlertBriefDto, GaugeDto, LiveEventDto, StatusDto, TimelineDto } from '#wire';

/** More lines of time than anybody scrolls on the first page; older ones are in the records. */
export const TIMELINE_MAX = 200;

/** Everything the page knows from the live line. Replaced as a whole, once per animation frame at most. */
export interface Picture {
  readonly gauges: ReadonlyMap<string, GaugeDto>;
  /** Newest first. */
  readonly timeline: readonly TimelineDto[];
  readonly status: StatusDto | null;
  /** Gauges that reached the highest step of a rule while the page watched, with the local monotonic instant: they blink once. */
  readonly rises: ReadonlyMap<string, number>;
  /** Transitions that came in with the last batch and were not known before. */
  readonly news: readonly TimelineDto[];
  /** How often the line told of residents' reports; their own page asks for them. */
  readonly reportsHeard: number;
  /** How often the line told of orders; whoever shows them asks for them. */
  readonly ordersHeard: number;
}

export const emptyPicture: Picture = {
  gauges: new Map(),
  timeline: [],
  status: null,
  rises: new Map(),
  news: [],
  reportsHeard: 0,
  ordersHeard: 0,
};

/** Applies a batch of events in order. Repeats change nothing; kinds of events from a newer server are left alone. */
export function applyEvents(before: Picture, events: readonly LiveEventDto[], monotonic: number): Picture {
  const fresh = before.status === null;
  let gauges = new Map(before.gauges);
  let timeline = new Map(before.timeline.map((item) => [item.transition.id, item]));
  let { status } = before;
  let { reportsHeard, ordersHeard } = before;
  const rises = new Map(before.rises);

  const put = (gauge: GaugeDto) => {
    const known = before.gauges.get(gauge.id);
    if (known && topStep(gauge.alerts) > 0 && topStep(known.alerts) === 0) rises.set(gauge.id, monotonic);
    gauges.set(gauge.id, gauge);
  };

  for (const event of events) {
    switch (event.type) {
      case 'snapshot':
        gauges = new Map();
        timeline = new Map();
        for (const gauge of event.gauges) put(gauge);
        for (const item of event.timeline) timeline.set(item.transition.id, item);
        ({ status } = event);
        break;
      case 'gauges':
        for (const gauge of event.gauges) put(gauge);
        break;
      case 'timeline':
        for (const item of event.items) timeline.set(item.transition.id, item);
        break;
      case 'status':
        ({ status } = event);
        break;
      case 'reports':
        reportsHeard += 1;
        break;
      case 'orders':
        ordersHeard += 1;
        break;
      case 'acted':
        // Whatever shows it asks for it.
        break;
      // no default
    }
  }

  const sorted = [...timeline.values()].toSorted((a, b) => b.transition.number - a.transition.number).slice(0, TIMELINE_MAX);
  const newest = before.timeline[0]?.transition.number ?? 0;
  const news = fresh ? [] : sorted.filter((item) => item.transition.number > newest);
  return { gauges, timeline: sorted, status, rises, news, reportsHeard, ordersHeard };
}

/** The step of a raised alert that stands on the highest step of its rule; 0 when none does. */
const topStep = (alerts: readonly AlertBriefDto[]): number =>
  Math.max(0, ...alerts.filter((a) => a.kind === 'level' && a.state === 'raised' && a.step === a.stepsMax).map((a) => a.step));
