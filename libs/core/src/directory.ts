import type { ChannelName, Language } from './delivery.ts';

export interface Subscriber {
  readonly channel: ChannelName;
  readonly address: string;
  readonly language: Language;
  /** District codes; for staff empty. */
  readonly districts: readonly string[];
  /** What they want to hear: `flood`, `congestion`, … or `staff:{group}`. */
  readonly categories: readonly string[];
}

export interface AudienceQuery {
  readonly channel: ChannelName;
  readonly category: string;
  /** Anyone in one of these districts; `null` for everybody of the category (staff). */
  readonly districts: readonly string[] | null;
}

/** Part of an audience in one language. */
export interface AudiencePage {
  readonly language: Language;
  readonly addresses: readonly string[];
}

/** Who wants to hear what, where, in which language. */
export abstract class Directory {
  /** Adds or replaces the choices of one address on one channel. */
  abstract subscribe(subscribers: readonly Subscriber[]): Promise<void>;
  abstract leave(channel: ChannelName, address: string): Promise<boolean>;
  /** Everybody who matches, each once, in a stable order: by language, then by address number, in pages of at most `pageMax`. */
  abstract audience(query: AudienceQuery, pageMax: number): AsyncIterable<AudiencePage>;
  /** Subscribers by channel. */
  abstract counts(): Promise<Readonly<Partial<Record<ChannelName, number>>>>;
}
