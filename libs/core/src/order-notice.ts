import { ORDER_NAMES, type Order } from './order.ts';
import type { Playbook } from './playbook.ts';
import { dateText, timeText } from './wording.ts';

/** The words by which a city makes known that nobody needs to stay away any more (災害対策基本法 60-5); offered to staff, who may change them. */
export function noticeText(
  { city }: Pick<Playbook, 'city'>,
  { content, given, lifted }: Pick<Order, 'content' | 'given' | 'lifted'>,
): string {
  const at = (instant: number): string => `${dateText(instant, city.timeZone, 'ja')} ${timeText(instant, city.timeZone)}`;
  const areas = content.districts.map(({ name }) => name).join('、');
  const orderName = ORDER_NAMES[content.municipalLevel];
  const since = given ? `${at(given.at)}に発令した` : '';
  return [
    '公示',
    `災害対策基本法第60条第5項の規定により、次のとおり公示します。`,
    `${since}${orderName}（警戒レベル${content.municipalLevel}）は、避難の必要がなくなったため、${lifted ? at(lifted.at) : ''}に解除しました。`,
    `対象の区域：${areas}`,
    `${city.name}長`,
  ].join('\n');
}
