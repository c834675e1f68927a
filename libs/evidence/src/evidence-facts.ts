import type { Colour } from './raster.ts';

/** A limit as it is listed and drawn. */
export interface NamedLimit {
  readonly letter: string;
  readonly name: string;
  readonly text: string;
  readonly value: number;
  readonly colour: Colour;
}

/** Everything the text and the page show, in words and figures. */
export interface EvidenceFacts {
  readonly title: string;
  readonly rule: string;
  readonly verdict: string;
  readonly limits: readonly NamedLimit[];
  readonly readings: readonly {
    readonly gauge: string;
    readonly time: string;
    readonly value: string;
    readonly quality: string;
    readonly age: string;
  }[];
  readonly more: number;
  /** Whether the curve has points that no decision may rest on. */
  readonly isDoubtful: boolean;
  readonly version: string;
  readonly pageUrl: string;
  readonly chainUrl: string;
  readonly chartText: string;
}
