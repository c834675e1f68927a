/** What the generator is asked to do. */
export interface Load {
  readonly port: number;
  readonly devices: readonly { readonly id: string; readonly key: string }[];
  /** Reports in a packet. */
  readonly batch: number;
  /** Packets of one connection that wait for their PUBACK at once. */
  readonly inFlight: number;
  /** Readings a second over all connections; null sends as fast as acknowledgements come. */
  readonly perSecond: number | null;
  readonly warmUpMs: number;
  readonly spanMs: number;
  /** How far before now the first report was observed: a device that sends faster than a report a millisecond empties its buffer. */
  readonly lagMs: number;
  /** Devices, from the first on, whose water rises above the first limit, evenly spread over the span. */
  readonly rising: number;
}

/** What the generator says: the ends of the measured span, each confirming reading as it is written, and the figures. */
export type Said =
  | { readonly kind: 'span'; readonly phase: 'begins' | 'ends' }
  | { readonly kind: 'rose'; readonly device: string; readonly at: number }
  | ({ readonly kind: 'done' } & LoadFigures)
  | { readonly kind: 'failed'; readonly why: string };

export interface LoadFigures {
  /** Readings acknowledged in all, with warm-up and end. */
  readonly acked: number;
  /** … and within the span. */
  readonly ackedInSpan: number;
  readonly seconds: number;
  /** From the write of a packet to its PUBACK. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of a core that the generator itself used in the span: near 1 the figures are its own. */
  readonly cpu: number;
}
