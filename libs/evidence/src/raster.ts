import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [number, number, number];

/** Letters of five by seven dots, rows from the top; only what a chart writes. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e],
  '1': [0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e],
  '2': [0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f],
  '3': [0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e],
  '4': [0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02],
  '5': [0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e],
  '6': [0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e],
  '7': [0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
  '8': [0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e],
  '9': [0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c],
  A: [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11],
  B: [0x1e, 0x11, 0x11, 0x1e, 0x11, 0x11, 0x1e],
  C: [0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e],
  D: [0x1c, 0x12, 0x11, 0x11, 0x11, 0x12, 0x1c],
  E: [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f],
  F: [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10],
  G: [0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0f],
  H: [0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11],
  m: [0x00, 0x00, 0x1a, 0x15, 0x15, 0x11, 0x11],
  ':': [0x00, 0x04, 0x04, 0x00, 0x04, 0x04, 0x00],
  '.': [0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c],
  '-': [0x00, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x00],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};
const GLYPH_WIDTH = 5;
const GLYPH_HEIGHT = 7;

/** A picture of few colours, drawn dot by dot. What lies outside is left out. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly #dots: Uint8Array;
  readonly #colours: Colour[];

  constructor(width: number, height: number, ground: Colour) {
    this.width = width;
    this.height = height;
    this.#dots = new Uint8Array(width * height);
    this.#colours = [ground];
  }

  dot(x: number, y: number, colour: Colour): void {
    const [column, row] = [Math.round(x), Math.round(y)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return;
    this.#dots[row * this.width + column] = this.#indexOf(colour);
  }

  box(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1) this.dot(x + column, y + row, colour);
  }

  /** A straight line, so many dots thick. */
  line(from: readonly [number, number], to: readonly [number, number], colour: Colour, thick = 1): void {
    const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
    const half = (thick - 1) / 2;
    for (let step = 0; step <= steps; step += 1) {
      const x = from[0] + ((to[0] - from[0]) * step) / steps;
      const y = from[1] + ((to[1] - from[1]) * step) / steps;
      this.box(x - half, y - half, thick, thick, colour);
    }
  }

  /** A level line of dashes. */
  dashes(
    fromX: number,
    toX: number,
    y: number,
    colour: Colour,
    { thick, on, off }: { readonly thick: number; readonly on: number; readonly off: number },
  ): void {
    for (let x = fromX; x < toX; x += on + off) this.box(x, y - (thick - 1) / 2, Math.min(on, toX - x), thick, colour);
  }

  /** Text with its left end at x and its middle at y; `right` puts its right end at x. */
  text(
    text: string,
    x: number,
    y: number,
    colour: Colour,
    { scale, align = 'left' }: { readonly scale: number; readonly align?: 'left' | 'middle' | 'right' },
  ): void {
    const width = widthOf(text, scale);
    // On whole dots, or the parts of a letter would fall apart.
    let left = Math.round(align === 'left' ? x : align === 'right' ? x - width : x - width / 2);
    const top = Math.round(y - (GLYPH_HEIGHT * scale) / 2);
    for (const letter of text) {
      const rows = GLYPHS[letter] ?? [];
      for (const [row, bits] of rows.entries())
        for (let column = 0; column < GLYPH_WIDTH; column += 1)
          if ((bits >> (GLYPH_WIDTH - 1 - column)) & 1) this.box(left + column * scale, top + row * scale, scale, scale, colour);
      left += (GLYPH_WIDTH + 1) * scale;
    }
  }

  /** The picture as PNG with a palette (W3C PNG, third edition): no dot is transparent, so it reads the same on dark ground. */
  png(): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 3, 0, 0, 0], 8); // Eight bits a dot, palette, no interlace.
    const rows = Buffer.alloc((this.width + 1) * this.height);
    for (let row = 0; row < this.height; row += 1)
      rows.set(this.#dots.subarray(row * this.width, (row + 1) * this.width), row * (this.width + 1) + 1);
    return Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('PLTE', Buffer.from(this.#colours.flat())),
      chunk('IDAT', deflateSync(rows, { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  #indexOf(colour: Colour): number {
    const known = this.#colours.indexOf(colour);
    if (known >= 0) return known;
    this.#colours.push(colour);
    return this.#colours.length - 1;
  }
}

export const widthOf = (text: string, scale: number): number => (text.length * (GLYPH_WIDTH + 1) - 1) * scale;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
