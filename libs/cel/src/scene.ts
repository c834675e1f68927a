import { type Around, type FactsSource, type Gauge, type GaugeFacts, localTime, type Sample, thresholdsAt } from '#core';
import { STEPS_MAX } from './limits.ts';
import type { WindowName } from './vocabulary.ts';

/** Thrown through the interpreter, which only carries it: why stands in the scene. One object, for a stack trace costs more than the condition. */
const STOPPED = new Error('the condition cannot tell');

const MINUTE_MS = 60_000;

/** Finer than any gauge: without it a rise from 2.8 to 3.3 would not be 0.5. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * What the words of one condition mean while it is evaluated. It belongs to one condition, is filled by `begin`, emptied by `end`, and is never
 * entered twice at a time, for an evaluation does not wait for anything.
 */
export class Scene {
  readonly gauge: GaugeView;
  readonly gauges: Readonly<Record<string, GaugeView>>;
  readonly area: AroundView;
  readonly river: AroundView;
  readonly weather: WeatherView;
  readonly clock: ClockView;
  /** What one value of `values()` costs. */
  readonly perValue: number;
  #facts: FactsSource | null = null;
  #turn = 0;
  #stepsLeft = 0;
  #why: string | null = null;

  constructor(names: readonly string[], perValue: number) {
    this.perValue = perValue;
    this.gauge = new GaugeView(this, null);
    const others: Record<string, GaugeView> = Object.create(null);
    for (const name of names) others[name] = new GaugeView(this, name);
    this.gauges = others;
    this.area = new AroundView(this, 'area');
    this.river = new AroundView(this, 'river');
    this.weather = new WeatherView(this);
    this.clock = new ClockView(this);
  }

  begin(facts: FactsSource): void {
    this.#facts = facts;
    this.#turn += 1;
    this.#stepsLeft = STEPS_MAX;
    this.#why = null;
  }

  end(): void {
    this.#facts = null;
  }

  get facts(): FactsSource {
    return this.#facts!;
  }

  /** Which evaluation this is: what was learnt in another one counts no longer. */
  get turn(): number {
    return this.#turn;
  }

  /** Whether the budget was exceeded, whatever became of it: a choice may have gone on with its other side. */
  get exhausted(): boolean {
    return this.#stepsLeft < 0;
  }

  /** The first thing that was not known. */
  get why(): string | null {
    return this.#why;
  }

  charge(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw STOPPED;
  }

  unknown(why: string): never {
    this.#why ??= why;
    throw STOPPED;
  }

  /** A number as it came out of a calculation; NaN would make every comparison false, which is no answer (F50). */
  finite(value: number): number {
    return Number.isFinite(value) ? value : this.unknown('計算の結果が数になりません(0で割るなど)');
  }

  get value(): number {
    return this.gauge.value;
  }

  get ageMin(): number {
    return this.gauge.ageMin;
  }

  get known(): boolean {
    return this.gauge.known;
  }

  get quality(): string {
    return this.gauge.quality;
  }

  get blind(): boolean {
    return this.gauge.blind;
  }
}

/** One gauge, the judged one when `id` is null. */
export class GaugeView {
  readonly #scene: Scene;
  readonly #id: string | null;
  #turn = 0;
  #known: GaugeFacts | null = null;

  constructor(scene: Scene, id: string | null) {
    this.#scene = scene;
    this.#id = id;
  }

  get id(): string {
    return this.#gauge.id;
  }

  get name(): string {
    return this.#gauge.name;
  }

  get kind(): string {
    return this.#gauge.kind;
  }

  get river(): string {
    return this.#gauge.river ?? '';
  }

  get areas(): readonly string[] {
    return this.#gauge.areas;
  }

  get capacity(): number {
    return this.#gauge.capacity ?? this.#unknown('の定員が登録されていません');
  }

  get crest(): number {
    return this.#gauge.crestM ?? this.#unknown('の堤防の高さが登録されていません');
  }

  get value(): number {
    return this.#fresh.value;
  }

  get ageMin(): number {
    const newest = this.#facts.newest ?? this.#unknown('の値がまだありません');
    return Math.max(0, (this.#scene.facts.at - newest.at) / MINUTE_MS);
  }

  get known(): boolean {
    return freshest(this.#facts, this.#scene.facts.at) !== null;
  }

  get quality(): string {
    return this.#facts.quality ?? this.#unknown('の値がまだありません');
  }

  get blind(): boolean {
    return this.#facts.blind;
  }

  threshold(code: string): number {
    const inForce = thresholdsAt(this.#gauge, this.#scene.facts.at).find((threshold) => threshold.code === code);
    return inForce?.value ?? this.#unknown(`に有効なしきい値「${code}」がありません`);
  }

  step(rule: string): bigint {
    return BigInt(this.#facts.step(rule) ?? this.#unknown(`はルール「${rule}」の対象ではありません`));
  }

  /** How often a gauge was heard is known in any case: never is an answer too. Counted back from now, so that silence shows in it. */
  count(minutes: number): bigint {
    const from = this.#scene.facts.at - minutes * MINUTE_MS;
    const samples = this.#facts.since(from);
    this.#scene.charge(samples.length);
    return BigInt(samples.filter(({ at }) => at > from).length);
  }

  window(name: Exclude<WindowName, 'count'>, minutes: number): number | number[] {
    const from = this.#fresh.at - minutes * MINUTE_MS;
    const samples = this.#facts.since(from);
    this.#scene.charge(samples.length * (name === 'values' ? this.#scene.perValue : 1));
    this.#checkCovered(samples, from, minutes);
    const values = samples.slice(1).map(({ value }) => value);
    switch (name) {
      case 'rise':
        return tidy(values.at(-1)! - valueAt(from, samples[0]!, samples[1]!));
      case 'max':
        return values.reduce((a, b) => Math.max(a, b));
      case 'min':
        return values.reduce((a, b) => Math.min(a, b));
      case 'mean':
        return tidy(values.reduce((a, b) => a + b) / values.length);
      case 'sum':
        return tidy(values.reduce((a, b) => a + b));
      case 'values':
        return values;
    }
  }

  get #facts(): GaugeFacts {
    const { facts, turn } = this.#scene;
    if (this.#turn !== turn) {
      this.#turn = turn;
      this.#known = this.#id === null ? facts.own : facts.other(this.#id);
    }
    return this.#known ?? this.#scene.unknown(`観測点「${this.#id}」がありません`);
  }

  get #gauge(): Gauge {
    return this.#facts.gauge;
  }

  get #fresh(): Sample {
    return freshest(this.#facts, this.#scene.facts.at) ?? this.#unknown('の新しい値がありません');
  }

  #unknown(what: string): never {
    return this.#scene.unknown(`「${this.#gauge.name}」${what}`);
  }

  /** A window needs the last reading at or before its beginning and no long hole since: a gap is not a state. */
  #checkCovered(samples: readonly Sample[], from: number, minutes: number): void {
    if (samples.length < 2 || samples[0]!.at > from) this.#unknown(`の記録が${minutes}分に足りません`);
    for (const [i, { at, value }] of samples.entries()) {
      if (i > 0 && at - samples[i - 1]!.at > this.#facts.gapMaxMs) this.#unknown(`の${minutes}分間に欠測があります`);
      if (!Number.isFinite(value)) this.#unknown('に数でない値があります');
    }
  }
}

export class AroundView {
  readonly #scene: Scene;
  readonly #scope: Around;

  constructor(scene: Scene, scope: Around) {
    this.#scene = scene;
    this.#scope = scope;
  }

  /** Whether at least so many stand at or above a threshold. Those that cannot tell leave the answer open only where it depends on them. */
  atLeast(n: bigint, code: string): boolean {
    const { reached, unknown } = this.#look(code);
    if (reached >= n) return true;
    return reached + unknown < n ? false : this.#scene.unknown(`${unknown}か所の観測点に新しい値がありません`);
  }

  reached(code: string): bigint {
    const { reached, unknown } = this.#look(code);
    return unknown === 0 ? BigInt(reached) : this.#scene.unknown(`${unknown}か所の観測点に新しい値がありません`);
  }

  #look(code: string): { readonly reached: number; readonly unknown: number } {
    const found = this.#scene.facts.around(this.#scope, code);
    this.#scene.charge(found.of);
    return found;
  }
}

export class WeatherView {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get level(): bigint {
    const { weatherLevel } = this.#scene.facts;
    // A level is a whole number; what is not one was not understood.
    return weatherLevel !== null && Number.isInteger(weatherLevel)
      ? BigInt(weatherLevel)
      : this.#scene.unknown('気象の警戒レベルが届いていません');
  }

  get known(): boolean {
    return Number.isInteger(this.#scene.facts.weatherLevel);
  }
}

export class ClockView {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get hour(): bigint {
    return BigInt(Math.floor(this.#local.minuteOfDay / 60));
  }

  get minute(): bigint {
    return BigInt(this.#local.minuteOfDay % 60);
  }

  get weekday(): bigint {
    return BigInt(this.#local.weekday);
  }

  get month(): bigint {
    return BigInt(this.#local.month);
  }

  get #local(): ReturnType<typeof localTime> {
    const { at, timeZone } = this.#scene.facts;
    return localTime(at, timeZone);
  }
}

/** The newest reading if it still tells how things are. */
const freshest = ({ newest, gapMaxMs }: GaugeFacts, at: number): Sample | null =>
  newest !== null && Number.isFinite(newest.value) && at - newest.at <= gapMaxMs ? newest : null;

/** The value at an instant between two readings, on the straight line: devices do not report on the minute. */
function valueAt(at: number, before: Sample, after: Sample): number {
  if (after.at === before.at) return before.value;
  return before.value + ((after.value - before.value) * (at - before.at)) / (after.at - before.at);
}
