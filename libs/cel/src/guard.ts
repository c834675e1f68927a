import type { ASTNode } from '@marcbachmann/cel-js';
import { CONDITION_READINGS_MAX, type Gauge, selects } from '#core';
import { readingsIn } from './cost.ts';
import type { Known } from './known.ts';
import { WINDOW_MINUTES_MAX } from './limits.ts';
import type { ConditionProblem } from './problem.ts';
import { literalInt, literalText, namedGauge, partsOf } from './syntax.ts';
import {
  AROUND_METHODS,
  CLOCK_FIELDS,
  GAUGE_FIELDS,
  isLookup,
  isOneOf,
  isVariable,
  isWindow,
  LOOKUPS,
  LOOPS,
  PLAIN_CALLS,
  PLAIN_METHODS,
  VARIABLES,
  WEATHER_FIELDS,
  WINDOWS,
} from './vocabulary.ts';

const CALLS: readonly string[] = [...Object.keys(WINDOWS), ...Object.keys(LOOKUPS), ...PLAIN_CALLS];
const METHODS: readonly string[] = [...Object.keys(WINDOWS), ...Object.keys(LOOKUPS), ...AROUND_METHODS, ...LOOPS, ...PLAIN_METHODS];
/** Gauges named in one problem; the rest are a number. */
const LACKING_NAMED_MAX = 3;

const hasCode = ({ thresholds }: Gauge, text: string): boolean => thresholds.some(({ code }) => code === text);

/** Fields behind a dot; whether what is in front of it has any is for the type checker to say. */
function fieldsOf(receiver: ASTNode): readonly string[] {
  if (receiver.op === 'id' && receiver.args === 'weather') return Object.keys(WEATHER_FIELDS);
  if (receiver.op === 'id' && receiver.args === 'clock') return Object.keys(CLOCK_FIELDS);
  return Object.keys(GAUGE_FIELDS);
}

/** The variables of the loops around a node, outermost first. */
type Loops = readonly string[];

/**
 * What is refused before types are looked at: everything outside the vocabulary (so nothing of the language that has no bound, such as
 * `matches` and `cel.bind`), loops in loops, windows that are not written as a number, and names that the playbook does not have.
 */
export function guard(root: ASTNode, known: Known): readonly ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  const tell = (offset: number, message: string, slip?: ConditionProblem['slip']): void => {
    problems.push({ offset, severity: 'error', message, ...(slip && { slip }) });
  };
  walk(root, []);
  return problems;

  function walk(node: ASTNode, loops: Loops): void {
    if (node.op === 'id') return identifier(node, loops);
    if (node.op === 'rcall') return method(node, loops);
    if (node.op === '[]' || node.op === '.') return access(node, loops);
    if (node.op === '[?]' || node.op === '.?') return tell(node.start, '「?」付きの参照は使えません。「.」か「[ ]」で書いてください');
    if (node.op === 'map') return tell(node.start, '「{ }」の表は使えません。取り除いてください');
    if (node.op === 'call') called(node, node.args[0], null, node.args[1]);
    if (node.op === 'value' && (node.args === null || node.args instanceof Uint8Array))
      tell(node.start, 'この値は使えません。数、true/false、引用符付きの文字で書いてください');
    all(partsOf(node), loops);
  }

  function all(nodes: readonly ASTNode[], loops: Loops): void {
    for (const node of nodes) walk(node, loops);
  }

  function identifier({ args: name, start }: ASTNode & { readonly op: 'id' }, loops: Loops): void {
    if (loops.includes(name)) return;
    if (name === 'gauges') tell(start, '「gauges」だけでは使えません。gauges["観測点のid"].value のように書いてください');
    else if (!isVariable(name)) tell(start, `「${name}」という語はありません`, { name, known: [...Object.keys(VARIABLES), ...loops] });
  }

  function access(node: ASTNode & { readonly op: '[]' | '.' }, loops: Loops): void {
    const named = namedGauge(node);
    if (named) return gaugeId(named.id, named.start);
    const [receiver, key] = node.args;
    if (typeof key === 'string') {
      const fields = fieldsOf(receiver);
      if (!fields.includes(key)) tell(node.start, `「.${key}」という項目はありません`, { name: key, known: fields });
      if (key === 'capacity') everywhere(node.start, meantBy(receiver), '定員(capacity)', ({ capacity }) => capacity !== null);
      if (key === 'crest') everywhere(node.start, meantBy(receiver), '堤防の高さ(crestM)', ({ crestM }) => crestM !== null);
    } else if (literalInt(key) === null) {
      tell(key.start, '[ ] の中には番号をそのまま書いてください(例: values(30)[0])');
    }
    walk(receiver, loops);
  }

  function gaugeId(id: string | null, start: number): void {
    if (id === null) tell(start, '観測点のidは引用符に入れてそのまま書いてください(例: gauges["ose-kami"])');
    else if (!known.gauges.has(id))
      tell(start, `「${id}」という観測点は gauges.csv にありません`, { name: id, known: [...known.gauges.keys()] });
  }

  function method(node: ASTNode & { readonly op: 'rcall' }, loops: Loops): void {
    const [name, receiver, args] = node.args;
    if (isOneOf(LOOPS, name)) return loop(node, loops);
    if (name === 'matches') {
      tell(node.start, '「matches」(正規表現)は時間がかかりすぎることがあるため使えません。contains か startsWith で書いてください');
    } else if (!METHODS.includes(name)) {
      tell(node.start, `「.${name}( )」という関数はありません`, { name, known: METHODS });
    } else if (isOneOf(AROUND_METHODS, name)) {
      code(args.at(-1), [...known.gauges.values()]);
    } else if (isWindow(name) || isLookup(name)) {
      called(node, name, receiver, args);
    }
    walk(receiver, loops);
    all(args, loops);
  }

  function loop({ args: [name, receiver, args], start }: ASTNode & { readonly op: 'rcall' }, loops: Loops): void {
    walk(receiver, loops);
    if (loops.length > 0) return tell(start, `繰り返し「${name}」の中に繰り返しは書けません。条件を分けてください`);
    const [variable, ...body] = args;
    // A loop without a variable is told by the parser and the type checker.
    if (variable?.op !== 'id') return;
    if (isVariable(variable.args))
      return tell(variable.start, `「${variable.args}」は別の意味で使われています。変数は v など別の名前にしてください`);
    all(body, [variable.args]);
  }

  /** A window or a look-up, of the judged gauge or of the one in front of it. */
  function called(node: ASTNode, name: string, receiver: ASTNode | null, args: readonly ASTNode[]): void {
    const meant = meantBy(receiver);
    if (isWindow(name)) minutes(node, name, args[0], meant);
    else if (name === 'threshold') {
      code(args[0], meant);
      const text = literalText(args[0]);
      if (text !== null && meant.some((gauge) => hasCode(gauge, text)))
        everywhere(args[0]!.start, meant, `しきい値「${text}」`, (gauge) => hasCode(gauge, text));
    } else if (name === 'step') ruleId(args[0], meant);
    else if (!isOneOf(PLAIN_CALLS, name)) tell(node.start, `「${name}( )」という関数はありません`, { name, known: CALLS });
  }

  function meantBy(receiver: ASTNode | null): readonly Gauge[] {
    const named = receiver && namedGauge(receiver);
    if (!named) return known.selected;
    const other = named.id === null ? undefined : known.gauges.get(named.id);
    return other ? [other] : [];
  }

  /** Where a gauge lacks what is asked of it, its answer is "cannot tell" for ever: staff are to know that before the flood. */
  function everywhere(offset: number, meant: readonly Gauge[], what: string, has: (gauge: Gauge) => boolean): void {
    const lacking = meant.filter((gauge) => !has(gauge)).map(({ id }) => id);
    if (lacking.length === 0) return;
    const named = `${lacking.slice(0, LACKING_NAMED_MAX).join('、')}${lacking.length > LACKING_NAMED_MAX ? ` など ${lacking.length} か所` : ''}`;
    const severity = lacking.length === meant.length ? 'error' : 'warning';
    problems.push({
      offset,
      severity,
      message: `${named} に${what}がなく、いつも「分からない」になります。表に加えるか、対象から外してください`,
    });
  }

  function minutes(node: ASTNode, name: string, argument: ASTNode | undefined, meant: readonly Gauge[]): void {
    const wanted = `${name}(30) のように、さかのぼる分を 1 から ${WINDOW_MINUTES_MAX} の数でそのまま書いてください`;
    const value = literalInt(argument);
    if (value === null) tell((argument ?? node).start, `さかのぼる長さが決まらないと計算量を見積もれません。${wanted}`);
    else if (value < 1 || value > WINDOW_MINUTES_MAX) tell(argument!.start, `${value} 分は範囲外です。${wanted}`);
    else if (readingsIn(meant, value) > CONDITION_READINGS_MAX)
      tell(
        argument!.start,
        `${value} 分には値が ${readingsIn(meant, value)} 個ほど入りますが、覚えているのは新しい ${CONDITION_READINGS_MAX} 個までです。短くしてください`,
      );
  }

  function code(argument: ASTNode | undefined, meant: readonly Gauge[]): void {
    if (!argument) return;
    const text = literalText(argument);
    if (text === null) return tell(argument.start, 'しきい値のコードは引用符に入れてそのまま書いてください(例: "warn")');
    const codes = new Set(meant.flatMap(({ thresholds }) => thresholds.map((threshold) => threshold.code)));
    if (meant.length > 0 && !codes.has(text))
      tell(argument.start, `しきい値「${text}」は対象の観測点のどれにもありません。thresholds.csv に加えるか書き直してください`, {
        name: text,
        known: [...codes],
      });
  }

  function ruleId(argument: ASTNode | undefined, meant: readonly Gauge[]): void {
    if (!argument) return;
    const text = literalText(argument);
    if (text === null) return tell(argument.start, 'ルールのidは引用符に入れてそのまま書いてください(例: "river-level")');
    const rule = known.rules.find(({ id }) => id === text);
    if (!rule) tell(argument.start, `「${text}」というほかのルールはありません`, { name: text, known: known.rules.map(({ id }) => id) });
    else if (meant.length > 0 && !meant.some((gauge) => selects(rule.selector, gauge)))
      tell(argument.start, `ルール「${text}」はこの観測点を対象にしていません。観測点かルールを書き直してください`);
  }
}
