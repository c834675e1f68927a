import { ruleTextOf } from './rule-text.ts';

const files = (text: string) => new Map([['playbook.yaml', Buffer.from(text)]]);
const PLAYBOOK = `city: { name: 見本市 }
rules:
  - id: river-level
    # Two readings: one is mostly debris.
    confirm: { readings: 2 }
    steps:
      - { code: warn, name: 危険水位 }

  - { id: blind, kind: blind }
routes: []
`;

describe('the text of a rule', () => {
  it('stands as headquarters wrote it, with its comments', () => {
    expect(ruleTextOf(files(PLAYBOOK), 'river-level')).toBe(
      'id: river-level\n# Two readings: one is mostly debris.\nconfirm: { readings: 2 }\nsteps:\n  - { code: warn, name: 危険水位 }',
    );
    expect(ruleTextOf(files(PLAYBOOK), 'blind')).toBe('{ id: blind, kind: blind }');
  });

  it.each([
    ['of a rule that is not there', files(PLAYBOOK), 'rain'],
    ['without rules', files('city: {}'), 'blind'],
    ['of what is no YAML', files('rules: [\n - {'), 'blind'],
    ['of another form', files('rules: none'), 'blind'],
    ['without the file', new Map(), 'blind'],
  ])('is none %s', (_, given, rule) => {
    expect(ruleTextOf(given, rule)).toBeNull();
  });
});
