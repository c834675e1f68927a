import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, Scalar } from 'yaml';
import { z } from 'zod';
import { decode } from './decode.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Findings, Place } from './problem.ts';

export type Path = readonly (string | number)[];

/** Words of the product that this service does not act on yet. They are refused by name: nobody must believe that a setting works when it does not. */
const NOT_YET: readonly string[] = [
  'approvalPolicies',
  'policies',
  'drills',
  'flapDamping',
  'grouping',
  'suppression',
  'silences',
  'payloadCodecs',
];

/**
 * An object with these keys and no others. Its error text carries the known keys to `YamlSource.read`, which turns them into a
 * suggestion at the line of the unknown key.
 */
export const keys = <T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : `the keys ${Object.keys(shape).join(', ')}`),
  });

/** A YAML file that knows on which line each of its values stands. */
export class YamlSource {
  readonly file: string;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #findings: Findings;
  readonly #readable: boolean;

  constructor(file: string, bytes: Uint8Array, findings: Findings) {
    this.file = file;
    this.#findings = findings;
    const text = decode(file, bytes, findings);
    this.#text = text ?? '';
    this.#document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of this.#document.errors) {
      findings.error(this.#at(pos[0]), `this is not YAML: ${message}; check the indentation, colons and quotes here`);
    }
    this.#readable = text !== null && this.#document.errors.length === 0;
  }

  /** The contents by a schema whose error texts say what was wanted ("a name"); null, with everything wrong written down, when they do not fit. */
  read<T extends z.ZodType>(schema: T): z.output<T> | null {
    if (!this.#readable) return null;
    const result = schema.safeParse(this.#contents());
    if (result.success) return result.data;
    const meant = result.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? meantBy(issue) : []));
    for (const issue of result.error.issues) {
      // A misspelt key is told once, and not once more as a missing one.
      if (!meant.includes(dotted(issue.path.filter((step) => typeof step !== 'symbol')))) this.#tell(issue);
    }
    return null;
  }

  /** Where the value at a path begins; of something that is missing, where it should have been. */
  at(path: Path): Place {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#placeOf(path.slice(0, length));
      if (place) return place;
    }
    return { file: this.file, line: 1, column: 1 };
  }

  /** Where an offset of a text stands, also when the text is written over several lines. */
  within(path: Path, text: string, offset: number): Place {
    const node: unknown = this.#document.getIn(path, true);
    if (!isScalar(node) || !node.range) return this.at(path);
    if (node.type !== Scalar.BLOCK_LITERAL) return this.#at(this.#foldedOffset(node, text.slice(0, offset)));
    const first = this.#lines.linePos(node.range[0]).line + 1;
    return { file: this.file, line: first + text.slice(0, offset).split('\n').length - 1 };
  }

  /** Tells a problem at a place that `within` found. */
  tell(place: Place, severity: 'error' | 'warning', message: string): void {
    this.#findings[severity](place, message);
  }

  error(path: Path, message: string): void {
    this.#findings.error(this.at(path), message);
  }

  warning(path: Path, message: string): void {
    this.#findings.warning(this.at(path), message);
  }

  #contents(): unknown {
    try {
      return this.#document.toJS();
    } catch (cause) {
      // An alias that is not defined, or too many of them.
      this.#findings.error(
        { file: this.file, line: 1 },
        `this is not YAML: ${String(cause)}; write the values out instead of using aliases`,
      );
      return null;
    }
  }

  #tell(issue: z.core.$ZodIssue): void {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.error([...path, key], unknownKey(key, issue.message.split(' ')));
      return;
    }
    if (issue.code === 'custom') {
      this.error(path, `${dotted(path)}: ${issue.message}`);
      return;
    }
    const found: unknown = this.#document.getIn(path, true);
    if (found === undefined) this.error(path, `${dotted(path)} is missing; add it, with ${issue.message}`);
    else this.error(path, `${dotted(path)} is ${show(found)}; write ${issue.message}`);
  }

  /**
   * Where in the file the text goes on after `before`. Folding changes white space only, so the other characters are counted; a quote inside
   * quotes is written as two characters.
   */
  #foldedOffset({ type, range }: Scalar, before: string): number {
    let at = range![0];
    if (type === Scalar.BLOCK_FOLDED) at = this.#text.indexOf('\n', at) + 1;
    const escape = type === Scalar.QUOTE_DOUBLE ? '\\' : type === Scalar.QUOTE_SINGLE ? "'" : null;
    if (escape !== null) at += 1;
    const white = (): boolean => /\s/.test(this.#text.charAt(at));
    for (let left = before.replaceAll(/\s/g, '').length; at < range![1]; at += 1) {
      if (white()) continue;
      if (left === 0) break;
      if (this.#text[at] === escape) at += 1;
      left -= 1;
    }
    return Math.min(at, range![1]);
  }

  #placeOf(path: Path): Place | null {
    const key = path.at(-1)!;
    const parent: unknown = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      return pair && isNode(pair.key) ? this.#start(pair.key) : null;
    }
    const node: unknown = this.#document.getIn(path, true);
    return isNode(node) ? this.#start(node) : null;
  }

  #start(node: Node): Place | null {
    return node.range ? this.#at(node.range[0]) : null;
  }

  #at(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

const meantBy = ({ keys: unknown, message, path }: z.core.$ZodIssueUnrecognizedKeys): readonly string[] =>
  unknown.map((key) => dotted([...path.filter((step) => typeof step !== 'symbol'), nearest(key, message.split(' ')) ?? '']));

function unknownKey(key: string, known: readonly string[]): string {
  if (NOT_YET.includes(key)) return `"${key}" is not yet supported; remove it, this service would not act on it`;
  return `unknown key "${key}"${suggestion(key, known, `known are ${known.join(', ')}`)}`;
}

/** `rules[2].steps[0].code` */
const dotted = (path: Path): string =>
  path.length === 0 ? 'the file' : path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

function show(node: unknown): string {
  if (isScalar(node)) return node.value === null ? 'empty' : JSON.stringify(node.value);
  return isMap(node) ? 'a block of keys' : 'a list';
}
