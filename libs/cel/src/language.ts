import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { SYNTAX_LIMITS } from './limits.ts';
import { AroundView, ClockView, GaugeView, type Scene, WeatherView } from './scene.ts';
import { literalInt, literalText, partsOf } from './syntax.ts';
import {
  CLOCK_FIELDS,
  GAUGE_FIELDS,
  isWindow,
  type LookupName,
  LOOKUPS,
  VARIABLES,
  WEATHER_FIELDS,
  type WindowName,
  WINDOWS,
} from './vocabulary.ts';

/** CEL with the vocabulary of conditions. */
export const language = new Environment({ limits: SYNTAX_LIMITS });

language.registerType('Gauge', { ctor: GaugeView, fields: GAUGE_FIELDS });
language.registerType('Around', { ctor: AroundView, fields: {} });
language.registerType('Weather', { ctor: WeatherView, fields: WEATHER_FIELDS });
language.registerType('Clock', { ctor: ClockView, fields: CLOCK_FIELDS });
for (const [name, type] of Object.entries(VARIABLES)) language.registerVariable(name, type);

const NOTHING_WAITS = { async: false } as const;

for (const [name, type] of Object.entries({ ...WINDOWS, ...LOOKUPS })) {
  const argument = isWindow(name) ? 'int' : 'string';
  const ask = asked(name as WindowName | LookupName);
  language.registerFunction(`Gauge.${name}(${argument}): ${type}`, ask, NOTHING_WAITS);
  // Without a gauge in front it is the judged one: a macro, for only a macro sees what the condition is evaluated with.
  language.registerFunction(
    `${name}(ast): ${type}`,
    ({ args: [node] }: { readonly args: readonly ASTNode[] }) => ({
      async: false,
      typeCheck: (checker: Checker, _macro: unknown, context: unknown) => {
        if (checker.check(node!, context).name !== argument) throw checker.createError('no_matching_overload', name, node!);
        return checker.getType(type);
      },
      evaluate: (_evaluator: unknown, _macro: unknown, context: Context) => ask(context.getValue('gauge'), literal(node!)),
    }),
    NOTHING_WAITS,
  );
}
language.registerFunction(
  'Around.atLeast(int, string): bool',
  (around: AroundView, n: bigint, code: string) => around.atLeast(n, code),
  NOTHING_WAITS,
);
language.registerFunction('Around.reached(string): int', (around: AroundView, code: string) => around.reached(code), NOTHING_WAITS);

function asked(name: WindowName | LookupName): (gauge: GaugeView, argument: number | bigint | string) => unknown {
  if (name === 'count') return (gauge, minutes) => gauge.count(Number(minutes));
  if (name === 'threshold') return (gauge, code) => gauge.threshold(String(code));
  if (name === 'step') return (gauge, rule) => gauge.step(String(rule));
  return (gauge, minutes) => gauge.window(name, Number(minutes));
}

/** The guard lets nothing but a written number or text through. */
const literal = (node: ASTNode): number | string => literalInt(node) ?? literalText(node) ?? '';

interface Checker {
  check(node: ASTNode, context: unknown): { readonly name: string };
  createError(code: string, message: string, node: ASTNode): Error;
  getType(name: string): unknown;
}

interface Context {
  getValue(name: 'gauge'): GaugeView;
}

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/'];

/**
 * Lets no NaN out of a calculation with fractions: the interpreter follows IEEE 754, by which `!(0.0 / 0.0 > 1.0)` is true. Called after the
 * types were checked, when every calculation has its function.
 */
export function refuseNaN(node: ASTNode, scene: Scene): void {
  for (const part of partsOf(node)) refuseNaN(part, scene);
  const checked = node as unknown as { readonly checkedType: { readonly name: string }; handle: (...operands: unknown[]) => unknown };
  if (!ARITHMETIC.includes(node.op) || checked.checkedType.name !== 'double') return;
  const { handle } = checked;
  checked.handle = (...operands) => scene.finite(handle(...operands) as number);
}
