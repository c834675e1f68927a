/** What the parser and the type checker refuse, by their codes, in words for the staff who wrote the condition. */
export function explain(code: string, summary: string): string {
  const said = EXPLAINED[code];
  if (said) return said;
  if (code === 'limit_exceeded') return '条件が込み入りすぎています。短い条件に分け、ルールを分けてください';
  const types = /^no such overload: (.+)$/.exec(summary)?.[1];
  if (types) return overload(types);
  return `条件として読めません(${summary})。書き直してください`;
}

const EXPLAINED: Readonly<Record<string, string>> = {
  unexpected_token: 'ここで文が途切れているか、記号が合いません。かっこや && の前後を確かめてください',
  unexpected_character: '使えない文字です。記号と数字は半角で書いてください',
  reserved_identifier: 'この語は使えません。別の名前にしてください',
  unterminated_string: '引用符が閉じていません。" を加えてください',
  unterminated_triple_quoted_string: '引用符が閉じていません。""" を加えてください',
  newline_in_string: '引用符の中で行が変わっています。1行で書いてください',
  invalid_number: '数として読めません。3 や 3.5 のように書いてください',
  invalid_logical_operand: '&& と || の両側には、value > 3.0 のような「はい・いいえ」になる式を書いてください',
  invalid_condition_type: '「? :」の前や繰り返しの中には、value > 3.0 のような「はい・いいえ」になる式を書いてください',
  incompatible_ternary_branches: '「? :」の後ろの二つは、同じ種類(段階の数どうしなど)にしてください',
  heterogeneous_list_element: '[ ] の中には同じ種類のものを並べてください(小数と整数は 1.0 のようにそろえる)',
  no_matching_overload: 'かっこの中の数や種類が合いません。分は rise(30)、コードは threshold("warn") のように書いてください',
  no_such_key: 'この項目はここにはありません。観測点は gauge.value、気象は weather.level、時計は clock.hour のように書いてください',
  cannot_index_type: 'この値に項目はありません。「.」から後ろを取り除いてください',
  invalid_index_type: '[ ] の中は整数の番号にしてください',
  invalid_comprehension_range: '繰り返しは values(30) や [ ] のような並びの後ろに書いてください',
  invalid_macro_argument: '繰り返しの変数は v のような名前にしてください(例: values(30).all(v, v > 3.0))',
};

function overload(types: string): string {
  if (types.includes('double') && types.includes('int'))
    return `小数と整数は混ぜて計算できません(${types})。整数を 1.0 のように小数で書くか、double( ) で囲んでください`;
  return `この組み合わせは計算も比較もできません(${types})。種類をそろえてください`;
}
