import { type ASTNode, EvaluationError, ParseError, type ParseResult, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { type Around, Condition, type FactsSource, type GaugeId, type Verdict } from '#core';
import { expectedSteps, hasLoop } from './cost.ts';
import { explain } from './explain.ts';
import { guard } from './guard.ts';
import type { Known } from './known.ts';
import { language, refuseNaN } from './language.ts';
import { EXPECTED_SHARE_MAX, STEPS_MAX, TEXT_MAX } from './limits.ts';
import type { ConditionProblem } from './problem.ts';
import { Scene } from './scene.ts';
import { literalInt, namedGauge, partsOf, sizeOf } from './syntax.ts';
import { isWindow } from './vocabulary.ts';

/** The condition, or null when its text has an error; and everything that is wrong with it. */
export interface Compiled {
  readonly condition: Condition | null;
  readonly problems: readonly ConditionProblem[];
}

/** Reads and checks a condition: names, types, cost. Never throws for what the text is. */
export function compileCondition(text: string, known: Known): Compiled {
  if (text.length > TEXT_MAX)
    return refuse(TEXT_MAX, `条件が長すぎます(${text.length} 字)。${TEXT_MAX} 字までにし、ルールを分けてください`);
  const parsed = parse(text);
  if (parsed instanceof Error) return refuse(offsetOf(parsed), explain(parsed.code, parsed.summary));
  const { ast } = parsed;
  const problems = guard(ast, known);
  if (problems.some(({ severity }) => severity === 'error')) return { condition: null, problems };

  const { valid, type, error } = parsed.check();
  if (!valid || !error !== valid) return refuse(error ? offsetOf(error) : 0, explain(error?.code ?? '', error?.summary ?? ''));
  if (type !== 'bool' && type !== 'int')
    return refuse(ast.start, '条件の答えは「はい・いいえ」か段階の番号にしてください(例: value > 3.0、value > 3.0 ? 2 : 0)');
  if (type === 'bool' && known.steps !== 1)
    return refuse(
      ast.start,
      `「はい・いいえ」の条件の段階は一つですが、steps に ${known.steps} 個あります。steps を一つにするか、value > 3.0 ? 2 : 0 のように番号で答えてください`,
    );
  const steps = expectedSteps(ast, known);
  if (steps > STEPS_MAX * EXPECTED_SHARE_MAX)
    return refuse(
      ast.start,
      `計算量が多すぎます(見込み ${Math.round(steps)}、上限 ${STEPS_MAX * EXPECTED_SHARE_MAX})。さかのぼる分を短くするか、values( ) の代わりに max( ) や mean( ) を使ってください`,
    );
  return { condition: new CelCondition(text, parsed, known.steps), problems };
}

const refuse = (offset: number, message: string): Compiled => ({
  condition: null,
  problems: [{ offset, severity: 'error', message }],
});

class CelCondition extends Condition {
  readonly text: string;
  readonly gauges: readonly GaugeId[];
  readonly around: readonly Around[];
  readonly asksWeather: boolean;
  readonly windowMs: number;
  readonly #scene: Scene;
  readonly #run: ParseResult;
  readonly #steps: number;

  constructor(text: string, run: ParseResult, steps: number) {
    super();
    const nodes = nodesOf(run.ast);
    const ids = nodes.flatMap((node) => (node.op === 'id' ? [node.args] : []));
    this.text = text;
    this.gauges = [...new Set(nodes.flatMap((node) => namedGauge(node)?.id ?? []))];
    this.around = (['area', 'river'] as const).filter((scope) => ids.includes(scope));
    this.asksWeather = ids.includes('weather');
    this.windowMs = Math.max(0, ...nodes.map(minutesOf)) * 60_000;
    this.#scene = new Scene(this.gauges, hasLoop(run.ast) ? sizeOf(run.ast) : 1);
    this.#run = run;
    this.#steps = steps;
    refuseNaN(run.ast, this.#scene);
  }

  evaluate(facts: FactsSource): Verdict {
    const scene = this.#scene;
    scene.begin(facts);
    try {
      const answer: unknown = this.#run(scene);
      if (scene.exhausted) return { kind: 'tooCostly' };
      return this.#verdict(answer);
    } catch (error) {
      if (scene.exhausted) return { kind: 'tooCostly' };
      return { kind: 'unknown', why: scene.why ?? reasonOf(error) };
    } finally {
      scene.end();
    }
  }

  #verdict(answer: unknown): Verdict {
    if (typeof answer === 'boolean') return { kind: 'step', step: answer ? 1 : 0 };
    if (typeof answer !== 'bigint' || answer < 0n)
      return { kind: 'unknown', why: `条件の答え ${String(answer)} は段階の番号ではありません` };
    // Beyond the highest step is the highest: a missed flood is the worse mistake.
    return { kind: 'step', step: answer > this.#steps ? this.#steps : Number(answer) };
  }
}

const nodesOf = (node: ASTNode): readonly ASTNode[] => [node, ...partsOf(node).flatMap(nodesOf)];

function minutesOf(node: ASTNode): number {
  if (node.op === 'call' && isWindow(node.args[0])) return literalInt(node.args[1][0]) ?? 0;
  return node.op === 'rcall' && isWindow(node.args[0]) ? (literalInt(node.args[2][0]) ?? 0) : 0;
}

const reasonOf = (error: unknown): string => {
  const code = error instanceof EvaluationError ? error.code : '';
  if (code === 'division_by_zero' || code === 'modulo_by_zero') return '0で割ることはできません';
  if (code === 'index_out_of_bounds') return '並びにその番号の値がありません';
  return `計算できません(${error instanceof EvaluationError ? error.summary : String(error)})`;
};

function parse(text: string): ParseResult | ParseError | CelTypeError {
  try {
    return language.parse(text);
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError) return error;
    throw error;
  }
}

const offsetOf = ({ range }: ParseError | CelTypeError): number => range?.start ?? 0;
