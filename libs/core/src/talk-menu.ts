import { button } from './talk-intent.ts';
import type { TalkTopic } from './talk-synonyms.ts';
import { ja } from './talk-words-ja.ts';

/** An area of the menu that stands under every talk, in pixels of its picture. */
export interface MenuArea {
  readonly label: string;
  readonly data: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The size of the picture: LINE's large format. */
export const MENU_SIZE = { width: 2500, height: 1686 } as const;
/** What opens the menu; at most 14 characters. */
export const MENU_BAR = 'メニュー / Menu';

const COLUMNS = [
  { x: 0, width: 833 },
  { x: 833, width: 833 },
  { x: 1666, width: 834 },
] as const;
const ROW_HEIGHT = MENU_SIZE.height / 2;
const ROWS: readonly (readonly (TalkTopic & keyof typeof ja.labels)[])[] = [
  ['levels', 'shelters', 'crowding'],
  ['windows', 'safety', 'settings'],
];

/** The six areas as the picture shows them: three in a row. */
export const MENU_AREAS: readonly MenuArea[] = ROWS.flatMap((topics, row) =>
  topics.map((topic, column) => ({
    label: ja.labels[topic],
    data: button.topic(topic),
    ...COLUMNS[column]!,
    y: row * ROW_HEIGHT,
    height: ROW_HEIGHT,
  })),
);
