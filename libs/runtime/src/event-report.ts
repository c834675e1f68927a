import type { DispatchEvent } from '#pipeline/dispatch';
import type { StageDto } from '#wire';
import type { Logger } from './logger.ts';

/** Writes down what dispatch tells: what needs a person as an error, the rest as it is. */
export function eventReport(event: DispatchEvent, logger: Logger): void {
  const { kind, ...rest } = event;
  const line = `${kind} ${JSON.stringify(rest)}`;
  if (kind === 'recovered' || kind === 'channelOpened') logger.log(line, 'dispatch');
  else if (kind === 'untranslated') logger.warn(line, 'dispatch');
  else logger.error(line, undefined, 'dispatch');
}

/** A fault of this program, which the last door stopped: somebody has to look for it, and nobody was told anything wrong. */
const FOREIGN = '訓練と実運用を取り違えた知らせを止めました。だれにも送っていません。ほかの送信は動いています';

/** Words that did not reach people and that nothing tries again, for the banner of the desk (P3); null for whatever else dispatch tells. */
export function unheardWords(event: DispatchEvent): { readonly name: StageDto['name']; readonly why: string } | null {
  switch (event.kind) {
    case 'foreign':
      return { name: 'dispatch', why: `${FOREIGN}（${event.deliveryId}）` };
    case 'unplannable':
      return { name: 'dispatch', why: `${event.transitionId} の知らせを作れなかったため、飛ばして続けています（${event.why}）` };
    case 'unworded':
      return {
        name: 'dispatch',
        why: `${event.transitionId} の文面（${event.language}）を作れなかったため、この言語の方に送っていません（${event.why}）`,
      };
    case 'unknownToPlaybook':
      return {
        name: 'dispatch',
        why: `${event.transitionId} は今の設定にない観測所か規則のものなので、だれにも送っていません（${event.why}）`,
      };
    case 'messageRefused':
      // A mail that is refused for its words is one person's; LINE or a neighbour that takes none of them leaves everybody there untold.
      if (event.channel === 'email' || event.channel === 'disaster-mail') return null;
      return { name: event.channel, why: `この手段が文面を受け付けず、届いていない知らせがあります（${event.deliveryId}：${event.why}）` };
    case 'trouble':
    case 'recovered':
    case 'fenced':
    case 'channelClosed':
    case 'channelOpened':
    case 'channelMissing':
    case 'untranslated':
    case 'dead':
      return null;
  }
}
