import { EventText } from './event-text.ts';

describe('event text', () => {
  it('puts an event together from any pieces', () => {
    const whole = 'id: 41\nevent: status\ndata: {"a":1}\n\n';
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const text = new EventText();
      const events = [...text.feed(whole.slice(0, cut)), ...text.feed(whole.slice(cut))];
      expect(events).toEqual([{ id: '41', type: 'status', data: '{"a":1}' }]);
    }
  });

  it('understands every line end, also when it is cut in two', () => {
    const text = new EventText();
    expect([...text.feed('id: 7\r\ndata: x\r'), ...text.feed('\n\r\n')]).toEqual([{ id: '7', type: 'message', data: 'x' }]);
  });

  it('joins data lines, skips comments and keeps the id for events without one', () => {
    const text = new EventText('40');
    expect(text.feed(': still here\n\ndata: a\ndata:b\n\nid: 42\ndata: c\n\n')).toEqual([
      { id: '40', type: 'message', data: 'a\nb' },
      { id: '42', type: 'message', data: 'c' },
    ]);
  });

  it('says nothing of an event that is not finished', () => {
    expect(new EventText().feed('id: 9\ndata: half')).toEqual([]);
  });
});
