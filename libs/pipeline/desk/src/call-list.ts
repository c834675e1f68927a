import type { ChannelName, Playbook, UnconfirmedCount, User } from '#core';

const CHANNEL_NAMES: Readonly<Partial<Record<ChannelName, string>>> = { line: 'LINE', email: '職員メール', 'disaster-mail': '防災メール' };

/**
 * Whom to call by telephone, in the order in which the playbook would have called them, as plain text for a printer. It rests on the playbook
 * and the accounts alone, so that it can be had when every channel is down (F63).
 */
export function callListOf({
  playbook,
  users,
  unconfirmed,
  now,
}: {
  readonly playbook: Playbook;
  readonly users: readonly Pick<User, 'name' | 'role' | 'disabled'>[];
  /** Orders that not everybody has been told. */
  readonly unconfirmed: readonly UnconfirmedCount[];
  readonly now: number;
}): string {
  const { contacts = [], escalations = [], routes, rules, city } = playbook;
  const deciding = users.filter(({ role, disabled }) => !disabled && ['decider', 'duty', 'admin'].includes(role));
  const ofGroup = (group: string): readonly string[] => {
    const own = contacts.filter((contact) => contact.group === group);
    return own.length > 0
      ? own.map(({ name, phone }) => line(name, phone))
      : [line(`班 ${group} の全員`, '（電話番号は playbook の contacts に書くとここに出ます）')];
  };
  const policies = escalations.flatMap(({ id, rules: own, levels, answers }) => [
    '',
    `■ ${own.map((rule) => rules.find((one) => one.id === rule)?.name ?? rule).join('・')}（${id}）… ${answers}人が応えるまで`,
    ...levels.flatMap((level, index) => {
      const group = routes.find((route) => route.id === `${id}-${index + 1}`)?.audience;
      const who = group?.kind === 'staff' ? ofGroup(group.group) : [line('本部の当番', '')];
      return [`  ${index + 1}. ${level.afterMs / 60_000}分応答がないとき`, ...who.map((one) => `  ${one}`)];
    }),
  ]);
  const untold = unconfirmed.map(
    ({ transitionId, channel, recipients }) =>
      `  □ ${transitionId}　${CHANNEL_NAMES[channel] ?? channel}で ${recipients.toLocaleString('en-US')} 人に届いたことを確認できていません`,
  );
  const groups = new Set(contacts.map(({ group }) => group));
  return `${[
    `${city.name} 電話連絡の一覧`,
    `${new Intl.DateTimeFormat('ja-JP', { dateStyle: 'long', timeStyle: 'short', timeZone: city.timeZone }).format(now)} 現在`,
    '',
    'すべての送信手段が使えないときに印刷し、上から順に電話で伝えてください。伝えた人には印をつけます。',
    ...(untold.length > 0 ? ['', '■ まだ届いたことを確認できていない発令', ...untold] : []),
    ...policies,
    ...[...groups].flatMap((group) => ['', `■ 班 ${group}`, ...ofGroup(group)]),
    '',
    '■ この仕組みに登録された決裁者・当番・管理者',
    ...(deciding.length > 0 ? deciding.map(({ name, role }) => line(name, `（${role}）`)) : ['  （まだだれも登録されていません）']),
  ].join('\n')}\n`;
}

const line = (text: string, more: string): string => `  □ ${text}${more === '' ? '' : `　${more}`}`;
