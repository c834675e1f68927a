/** Something with parts, for people to read. A text of several lines keeps them under each other. */
export interface Branch {
  readonly text: string;
  readonly parts?: readonly Branch[];
}

/** Draws a tree with its branches, one line per line of text. */
export function drawTree({ text, parts = [] }: Branch): string {
  const lines = [text];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    const [head, ...rest] = drawTree(part).split('\n');
    lines.push(`${last ? '└─ ' : '├─ '}${head}`);
    for (const line of rest) lines.push(`${last ? '   ' : '│  '}${line}`);
  }
  return lines.join('\n');
}
