import type { ASTNode } from '@marcbachmann/cel-js';

/** The parts of a node, in the order in which they are written. */
export function partsOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  if (node.op === 'map') return node.args.flat();
  if (node.op === '!_' || node.op === '-_') return [node.args];
  return node.args;
}

/** How many nodes a tree has. */
export const sizeOf = (node: ASTNode): number => partsOf(node).reduce((sum, part) => sum + sizeOf(part), 1);

/** The id of `gauges["ose-kami"]` and where it stands; null for anything else. `id` is null when it is not written out. */
export function namedGauge(node: ASTNode): { readonly id: string | null; readonly start: number } | null {
  if (node.op !== '[]' && node.op !== '.') return null;
  const [receiver, key] = node.args;
  if (receiver.op !== 'id' || receiver.args !== 'gauges') return null;
  if (typeof key === 'string') return { id: key, start: node.start };
  return { id: key.op === 'value' && typeof key.args === 'string' ? key.args : null, start: key.start };
}

/** A whole number that is written out; null for anything else. */
export const literalInt = (node: ASTNode | undefined): number | null =>
  node?.op === 'value' && typeof node.args === 'bigint' ? Number(node.args) : null;

/** A text that is written out; null for anything else. */
export const literalText = (node: ASTNode | undefined): string | null =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : null;
