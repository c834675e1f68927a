import { drawTree } from './tree.ts';

describe('a tree', () => {
  it('draws its branches, and keeps the lines of a text under each other', () => {
    const drawn = drawTree({ text: 'alert', parts: [{ text: 'rule\nid: a', parts: [{ text: 'reading' }] }, { text: 'told\nnobody' }] });
    expect(drawn).toBe('alert\n├─ rule\n│  id: a\n│  └─ reading\n└─ told\n   nobody');
  });

  it('is its text alone without parts', () => {
    expect(drawTree({ text: 'alert' })).toBe('alert');
  });
});
