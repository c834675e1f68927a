import { type Broken, plan, wording, orderWording } from './broken-playbook.ts';

/** Slips in the texts. */
export const BROKEN_WORDINGS: readonly Broken[] = [
  {
    title: 'a missing Japanese text',
    edit: wording('    climbed:\n      subject: 【混雑情報】', '    climbd:\n      subject: 【混雑情報】'),
    at: ['wording/ja.yaml', 'climbd'],
    message: 'unknown key "climbd"; did you mean "climbed"?',
  },
  {
    title: 'a wording that a route names and no file has',
    edit: plan('wording: crowd', 'wording: crowds'),
    at: ['playbook.yaml', 'wording: crowds'],
    message: 'there is no Japanese text crowds.raised; add it to wording/ja.yaml',
    more: 12,
  },
  {
    title: 'a missing English text',
    edit: { file: 'wording/en.yaml', from: '  staffBlind:\n    raised:', to: '  staffBlind:\n    climbed:' },
    at: ['playbook.yaml', 'wording: staffBlind'],
    severity: 'warning',
    message: 'there is no text staffBlind.raised in en, so Japanese is sent; add it to wording/en.yaml',
  },
  {
    title: 'a missing language',
    edit: { file: 'wording/en.yaml', removed: true },
    at: ['playbook.yaml', 'languages'],
    severity: 'warning',
    message: 'there is no file with language: en in wording/; add it or remove the language',
  },
  {
    title: 'an unknown parameter',
    edit: wording('最後の値 {value}', '最後の値 {valu}'),
    at: ['wording/ja.yaml', '{valu}'],
    message: 'unknown parameter {valu}; did you mean "value"?',
  },
  {
    title: 'a parameter that this message never has',
    edit: wording('最後の値 {value}', '最後の値 {limit}'),
    at: ['wording/ja.yaml', '  staffBlind:', 1],
    message: '{limit} has no value when the rule "blind" has raised; remove it from this text',
    more: 1,
  },
  {
    title: 'a brace that stands alone',
    edit: wording('最後の値 {value}', '最後の値 {value'),
    at: ['wording/ja.yaml', '{value '],
    message: 'a brace stands alone; write parameters as {gauge} and no other braces',
  },
  {
    title: 'the abolished word',
    edit: wording('まだ水が残っています。', 'まだ水が残っています。\n        避難勧告が出ています。'),
    at: ['wording/ja.yaml', '避難勧告'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'the abolished word in a text of orders, where the names of orders may stand',
    edit: orderWording("given:\n      subject: '{city} 避難指示'\n      body: '{text} 避難勧告'"),
    at: ['wording/ja.yaml', '避難勧告'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'a text of orders that does not say where and what to do',
    edit: orderWording("given:\n      subject: '{city} {level}'\n      body: '{level}です。'"),
    at: ['wording/ja.yaml', "body: '{level}です。'"],
    message: 'the text does not say {area}, {act}; write {text} for all words of the service, or add what is missing',
  },
  {
    title: 'a text of orders with a parameter of rules',
    edit: orderWording("given:\n      subject: '{gauge}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', "subject: '{gauge}'"],
    message: 'unknown parameter {gauge}; known are text, city, level, hazard, area, act, time, date',
  },
  {
    title: 'the whole text in the subject of an order',
    edit: orderWording("given:\n      subject: '{text}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', "subject: '{text}'"],
    message: '{text} has many lines; use it in the body only',
  },
  {
    title: 'a kind that orders do not have',
    edit: orderWording("raised:\n      subject: '{city}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', '  order:', 1],
    message: 'orders are never raised; the wording order has proposed, given, updated, lifted, corrected',
  },
  {
    title: 'a kind that only orders have',
    edit: wording('  turn:\n    called:', "  turn:\n    given:\n      subject: '{city}'\n      body: '{city}'\n    called:"),
    at: ['wording/ja.yaml', '    given:'],
    message: 'only the wording order has given; remove it here',
  },
  {
    title: 'the abolished word with its reading',
    edit: { file: 'wording/ja-easy.yaml', from: 'まだ 水(みず)は 高(たか)いです。', to: '避難(ひなん) 勧告(かんこく)です。' },
    at: ['wording/ja-easy.yaml', '勧告(かんこく)'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'an order',
    edit: wording('まだ水が残っています。', '避難指示。'),
    at: ['wording/ja.yaml', '避難指示。'],
    message: '避難指示 is an order, and only a person orders; state what was measured instead',
  },
  {
    title: 'a character that old handsets lack',
    edit: wording('まだ水が残っています。', '①まだ水が残っています。'),
    at: ['wording/ja.yaml', '①'],
    severity: 'warning',
    message: '"①" cannot be read on every handset; write it in ordinary characters',
  },
  {
    title: 'a name without an English form',
    edit: { file: 'wording/en.yaml', from: '  瀬口: Seguchi\n', to: '' },
    at: ['wording/en.yaml', 'names:'],
    severity: 'warning',
    message: '"瀬口" stays Japanese in en; add how this language writes it to names',
  },
];
