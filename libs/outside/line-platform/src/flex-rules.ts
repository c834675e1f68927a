import type { Problem } from './problem.ts';

/** Bytes of JSON (D§3.3). */
const BUBBLE_BYTES_MAX = 30 * 1024;
const CAROUSEL_BYTES_MAX = 50 * 1024;
const BUBBLES_MAX = 12;
/** Deeper than any screen; the real platform ends somewhere too. */
const DEPTH_MAX = 10;
/** Of the label of an action, and of an address that it opens. */
const LABEL_UNITS_MAX = 20;
const URI_UNITS_MAX = 1_000;
const POSTBACK_UNITS_MAX = 300;

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, at: string) => readonly Problem[];

interface Kind {
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, Check>>;
}

const COLOUR = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;
const PIXELS = /^\d+(\.\d+)?px$/;
const SPACES = ['none', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl'];
const SIZES = ['xxs', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl', '3xl', '4xl', '5xl', 'full'];

const problem = (property: string, message: string): readonly Problem[] => [{ message, property }];
const one =
  (...values: readonly unknown[]): Check =>
  (value, at) =>
    values.includes(value) ? [] : problem(at, `must be one of [${values.join(', ')}]`);
const pattern =
  (shape: RegExp, words: readonly string[] = []): Check =>
  (value, at) =>
    typeof value === 'string' && (words.includes(value) || shape.test(value)) ? [] : problem(at, 'invalid property');
const flag: Check = (value, at) => (typeof value === 'boolean' ? [] : problem(at, 'must be a boolean'));
const count: Check = (value, at) => (Number.isInteger(value) && Number(value) >= 0 ? [] : problem(at, 'must be a positive integer'));
const words =
  (unitsMax = Number.MAX_SAFE_INTEGER): Check =>
  (value, at) =>
    typeof value !== 'string' || value === ''
      ? problem(at, 'must be non-empty text')
      : value.length > unitsMax
        ? problem(at, `Length must be between 0 and ${unitsMax}`)
        : [];
const colour = pattern(COLOUR);
const space = pattern(PIXELS, SPACES);
const length = pattern(/^\d+(\.\d+)?(px|%)$/);
const size = pattern(PIXELS, SIZES);

const PLACING: Readonly<Record<string, Check>> = {
  flex: count,
  margin: space,
  position: one('relative', 'absolute'),
  offsetTop: space,
  offsetBottom: space,
  offsetStart: space,
  offsetEnd: space,
};

const COMPONENTS: Readonly<Record<string, Kind>> = {
  box: {
    required: ['layout', 'contents'],
    fields: {
      ...PLACING,
      layout: one('horizontal', 'vertical', 'baseline'),
      contents: (value, at) => (Array.isArray(value) ? [] : problem(at, 'must be an array')),
      spacing: space,
      backgroundColor: colour,
      borderColor: colour,
      borderWidth: pattern(PIXELS, ['none', 'light', 'normal', 'medium', 'semi-bold', 'bold']),
      cornerRadius: space,
      width: length,
      maxWidth: length,
      height: length,
      maxHeight: length,
      paddingAll: space,
      paddingTop: space,
      paddingBottom: space,
      paddingStart: space,
      paddingEnd: space,
      action: (value, at) => problemsOfAction(value, at),
      justifyContent: one('center', 'flex-start', 'flex-end', 'space-between', 'space-around', 'space-evenly'),
      alignItems: one('center', 'flex-start', 'flex-end'),
    },
  },
  text: {
    required: ['text'],
    fields: {
      ...PLACING,
      text: words(),
      size,
      align: one('start', 'end', 'center'),
      gravity: one('top', 'bottom', 'center'),
      color: colour,
      weight: one('regular', 'bold'),
      style: one('normal', 'italic'),
      decoration: one('none', 'underline', 'line-through'),
      wrap: flag,
      lineSpacing: pattern(PIXELS),
      maxLines: count,
      adjustMode: one('shrink-to-fit'),
      scaling: flag,
      action: (value, at) => problemsOfAction(value, at),
    },
  },
  button: {
    required: ['action'],
    fields: {
      ...PLACING,
      action: (value, at) => problemsOfAction(value, at),
      color: colour,
      style: one('primary', 'secondary', 'link'),
      gravity: one('top', 'bottom', 'center'),
      height: one('md', 'sm'),
      adjustMode: one('shrink-to-fit'),
      scaling: flag,
    },
  },
  separator: { required: [], fields: { margin: space, color: colour } },
  filler: { required: [], fields: { flex: count } },
};

const BLOCKS = ['header', 'body', 'footer'] as const;
const BUBBLE_FIELDS = ['type', 'size', 'direction', 'styles', 'action', 'hero', ...BLOCKS];
const BUBBLE_SIZES = ['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga'];

const ACTIONS: Readonly<Record<string, Kind>> = {
  uri: {
    required: ['uri'],
    fields: { label: words(LABEL_UNITS_MAX), uri: pattern(new RegExp(`^(https?|line|tel):.{1,${URI_UNITS_MAX}}$`)) },
  },
  message: { required: ['text'], fields: { label: words(LABEL_UNITS_MAX), text: words(POSTBACK_UNITS_MAX) } },
  postback: {
    required: ['data'],
    fields: {
      label: words(LABEL_UNITS_MAX),
      data: words(POSTBACK_UNITS_MAX),
      displayText: words(POSTBACK_UNITS_MAX),
      inputOption: one('closeRichMenu', 'openRichMenu', 'openKeyboard', 'openVoice'),
      fillInText: words(POSTBACK_UNITS_MAX),
    },
  },
  location: { required: ['label'], fields: { label: words(LABEL_UNITS_MAX) } },
  camera: { required: ['label'], fields: { label: words(LABEL_UNITS_MAX) } },
  cameraRoll: { required: ['label'], fields: { label: words(LABEL_UNITS_MAX) } },
  datetimepicker: {
    required: ['data', 'mode'],
    fields: { label: words(LABEL_UNITS_MAX), data: words(POSTBACK_UNITS_MAX), mode: one('date', 'time', 'datetime') },
  },
};

/** What is wrong with what a Flex message holds; empty when phones could draw it. Fields that the real platform does not know are refused too. */
export function problemsOfFlex(contents: unknown, at: string): readonly Problem[] {
  if (!isFields(contents)) return problem(at, 'Must be an object');
  if (contents['type'] === 'bubble') return problemsOfBubble(contents, at);
  if (contents['type'] !== 'carousel') return problem(`${at}.type`, 'must be one of [bubble, carousel]');
  const bubbles = contents['contents'];
  if (!Array.isArray(bubbles) || bubbles.length === 0 || bubbles.length > BUBBLES_MAX)
    return problem(`${at}.contents`, `Size must be between 1 and ${BUBBLES_MAX}`);
  return [
    ...tooLarge(contents, CAROUSEL_BYTES_MAX, at),
    ...bubbles.flatMap((bubble, i) =>
      isFields(bubble) ? problemsOfBubble(bubble, `${at}.contents[${i}]`) : problem(`${at}.contents[${i}]`, 'Must be an object'),
    ),
  ];
}

/** What is wrong with what a button or a tap does. */
export function problemsOfAction(action: unknown, at: string): readonly Problem[] {
  if (!isFields(action)) return problem(at, 'Must be an object');
  const kind = ACTIONS[String(action['type'])];
  return kind ? problemsOfFields(action, kind, at) : problem(`${at}.type`, `must be one of [${Object.keys(ACTIONS).join(', ')}]`);
}

function problemsOfBubble(bubble: Fields, at: string): readonly Problem[] {
  const blocks = BLOCKS.filter((name) => bubble[name] !== undefined);
  return [
    ...tooLarge(bubble, BUBBLE_BYTES_MAX, at),
    ...unknown(bubble, BUBBLE_FIELDS, at),
    ...(bubble['size'] === undefined ? [] : one(...BUBBLE_SIZES)(bubble['size'], `${at}.size`)),
    ...(blocks.length === 0 ? problem(at, 'At least one block must be specified') : []),
    ...blocks.flatMap((name) => {
      const block = bubble[name];
      return isFields(block) && block['type'] === 'box'
        ? problemsOfComponent(block, `${at}.${name}`, 1)
        : problem(`${at}.${name}.type`, 'must be one of [box]');
    }),
  ];
}

function problemsOfComponent(component: unknown, at: string, depth: number): readonly Problem[] {
  if (!isFields(component)) return problem(at, 'Must be an object');
  const type = String(component['type']);
  const kind = COMPONENTS[type];
  if (kind === undefined) return problem(`${at}.type`, `must be one of [${Object.keys(COMPONENTS).join(', ')}]`);
  if (depth > DEPTH_MAX) return problem(at, 'nested too deeply');
  const inner = type === 'box' && Array.isArray(component['contents']) ? (component['contents'] as readonly unknown[]) : [];
  return [
    ...problemsOfFields(component, kind, at),
    ...inner.flatMap((child, i) => problemsOfComponent(child, `${at}.contents[${i}]`, depth + 1)),
  ];
}

function problemsOfFields(fields: Fields, { required, fields: checks }: Kind, at: string): readonly Problem[] {
  return [
    ...required.filter((name) => fields[name] === undefined).flatMap((name) => problem(`${at}.${name}`, 'May not be empty')),
    ...unknown(fields, ['type', ...Object.keys(checks)], at),
    ...Object.entries(checks).flatMap(([name, check]) => (fields[name] === undefined ? [] : check(fields[name], `${at}.${name}`))),
  ];
}

const unknown = (fields: Fields, known: readonly string[], at: string): readonly Problem[] =>
  Object.keys(fields)
    .filter((name) => !known.includes(name))
    .flatMap((name) => problem(`${at}.${name}`, 'unknown field'));

const tooLarge = (contents: Fields, bytesMax: number, at: string): readonly Problem[] =>
  Buffer.byteLength(JSON.stringify(contents)) > bytesMax ? problem(at, `size is over the limit of ${bytesMax} bytes`) : [];

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
