import { orderTold } from '../../../../test/support/order-told.ts';
import { aPlaybook } from '../../../../test/support/builders.ts';
import type { OrderTransition } from '#core';
import { orderCopyDto } from '#wire';
import { OrderCopies } from './order-copies.ts';

const proposed = orderTold('proposed', { transition: { id: 'order/o1/1' } });
const given = orderTold('given', { transition: { id: 'order/o1/2' } });
const lifted = orderTold('lifted', { transition: { id: 'order/o1/3' } });

const copiesOf = (...transitions: readonly OrderTransition[]) =>
  new OrderCopies({
    orders: {
      transitions: (id) => Promise.resolve(id === 'o1' ? transitions.map((transition, i) => ({ number: i + 1, transition })) : []),
    },
    playbook: aPlaybook(),
    playbookOf: (version) => Promise.resolve(version === 'v1' ? { ...aPlaybook(), city: { ...aPlaybook().city, name: '当時市' } } : null),
  });

describe('texts to copy', () => {
  it('are of the newest change that residents were told, by the playbook that decided it', async () => {
    const copy = await copiesOf(proposed, given, lifted).of('o1');
    expect(orderCopyDto.parse(copy)).toEqual(copy);
    expect(copy).toMatchObject({
      orderId: 'o1',
      transitionId: lifted.id,
      kind: 'lifted',
      hub: { documentRevision: 2, issuerName: '当時市' },
    });
    expect(copy.publicNotice).toContain('第60条第5項');
  });

  it('are of an earlier change when it is named', async () => {
    const copy = await copiesOf(proposed, given, lifted).of('o1', given.id);
    expect(copy).toMatchObject({
      transitionId: given.id,
      kind: 'given',
      hub: { documentRevision: 1 },
      areaMail: { short: { title: '避難指示 当時市' } },
    });
    expect(orderCopyDto.parse(copy)).toEqual(copy);
  });

  it.each([
    ['an order that is only proposed', 'o1', undefined, [proposed]],
    ['a proposal by name', 'o1', proposed.id, [proposed, given]],
    ['an order that is none', 'o2', undefined, [given]],
  ] as const)('are not there for %s', async (_, id, of, transitions) => {
    await expect(copiesOf(...transitions).of(id, of)).rejects.toMatchObject({ name: 'Refusal', code: 'notFound' });
  });
});
