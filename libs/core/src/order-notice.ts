import { ORDER_NAMES, type Order } from './order.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Playbook } from './playbook.ts';

/**
 * The words by which a city makes known that evacuation is no longer needed (災害対策基本法 60-5); offered to staff, who may change them. Level 3
 * rests on another article of the law, so its end names none (D§2.2). `liftedAt` when it was lifted, null while it is only decided.
 */
export function noticeText(
  { city }: Pick<Playbook, 'city'>,
  { content, given, status }: Pick<Order, 'content' | 'given' | 'status'>,
  liftedAt: number | null,
): string {
  const name = ORDER_NAMES[content.municipalLevel];
  const law = content.municipalLevel === 3 ? '' : '、災害対策基本法第60条第5項の規定により';
  const since = given === null ? '' : `${dayText(given.at, city.timeZone)}に`;
  const areas = content.districts.map((district) => district.name).join('、');
  return markedLines(status, [
    `${name}の解除について（公示）`,
    '',
    `${since}${areas}に発令した${name}（警戒レベル${content.municipalLevel}）について、避難の必要がなくなったため${law}公示します。`,
    ...(liftedAt === null
      ? []
      : [`解除した日時　${dayText(liftedAt, city.timeZone)}`, '', dayText(liftedAt, city.timeZone).replace(/ .*$/, '')]),
    `${city.name}長`,
  ]);
}

/** Lines of a text for offices, marked before and after when they are of a drill or a test. */
export function markedLines(status: OperationStatus, of: readonly string[]): string {
  const mark = status === 'exercise' ? '【訓練】' : status === 'test' ? '【試験】' : null;
  return (mark === null ? of : [mark, ...of, mark]).join('\n');
}

/** Year, day and time as offices write them. */
export function dayText(at: number, timeZone: string): string {
  const parts = partsOf(at, timeZone);
  return `${parts.year}年${Number(parts.month)}月${Number(parts.day)}日 ${Number(parts.hour)}時${parts.minute}分`;
}

interface LocalParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

/** Local time in its digits. */
export function partsOf(at: number, timeZone: string): LocalParts {
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, ...fields, hourCycle: 'h23' }).formatToParts(at);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value])) as unknown as LocalParts;
}
