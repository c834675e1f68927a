import type { ASTNode } from '@marcbachmann/cel-js';
import type { Gauge } from '#core';
import type { Known } from './known.ts';
import { literalInt, namedGauge, partsOf, sizeOf } from './syntax.ts';
import { AROUND_METHODS, isOneOf, isWindow, LOOPS } from './vocabulary.ts';

/** Whether a tree has a loop, and so looks at each value of a list more than once. */
export const hasLoop = (node: ASTNode): boolean => (node.op === 'rcall' && isOneOf(LOOPS, node.args[0])) || partsOf(node).some(hasLoop);

/**
 * Steps that a guarded condition takes while every device reports as the playbook expects, counted as the evaluation counts them. An upper
 * bound: both sides of every choice are added.
 */
export function expectedSteps(root: ASTNode, known: Known): number {
  const perValue = hasLoop(root) ? sizeOf(root) : 1;
  return costOf(root, 1);

  function costOf(node: ASTNode, times: number): number {
    if (node.op === 'call' && isWindow(node.args[0])) return times * windowCost(node.args[0], known.selected, node.args[1][0]);
    if (node.op !== 'rcall') return partsOf(node).reduce((sum, part) => sum + costOf(part, times), 0);
    const [name, receiver, args] = node.args;
    if (isWindow(name)) return times * windowCost(name, gaugesOf(receiver), args[0]);
    if (isOneOf(AROUND_METHODS, name)) return times * known.gauges.size;
    const within = isOneOf(LOOPS, name) ? times * lengthOf(receiver) : times;
    return costOf(receiver, times) + args.reduce((sum, part) => sum + costOf(part, within), 0);
  }

  function windowCost(name: string, gauges: readonly Gauge[], minutes: ASTNode | undefined): number {
    return readingsIn(gauges, literalInt(minutes) ?? 0) * (name === 'values' ? perValue : 1);
  }

  function gaugesOf(receiver: ASTNode): readonly Gauge[] {
    const named = namedGauge(receiver);
    const other = named?.id === undefined || named.id === null ? undefined : known.gauges.get(named.id);
    return other ? [other] : known.selected;
  }

  function lengthOf(node: ASTNode): number {
    if (node.op === 'list') return node.args.length;
    if (node.op === '+') return lengthOf(node.args[0]) + lengthOf(node.args[1]);
    if (node.op === '?:') return Math.max(lengthOf(node.args[1]), lengthOf(node.args[2]));
    // Only `areas` is a list.
    if (node.op === '.') return Math.max(1, ...[...known.gauges.values()].map(({ areas }) => areas.length));
    if (node.op === 'call') return node.args[0] === 'values' ? readingsIn(known.selected, literalInt(node.args[1][0]) ?? 0) : 1;
    if (node.op !== 'rcall') return 1;
    const [name, receiver, args] = node.args;
    return name === 'values' ? readingsIn(gaugesOf(receiver), literalInt(args[0]) ?? 0) : lengthOf(receiver);
  }
}

/** How many readings a window holds while each device keeps to its interval, and the one before it. */
export function readingsIn(gauges: readonly Gauge[], minutes: number): number {
  const intervalMs = Math.min(Number.MAX_VALUE, ...gauges.map(({ observeIntervalMs }) => observeIntervalMs));
  return Math.ceil((minutes * 60_000) / intervalMs) + 1;
}
