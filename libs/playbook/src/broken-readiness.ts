import { type Broken, plan, wording } from './broken-playbook.ts';

/** Slips in drills, the heartbeat, stories, calls, reminders and proposals, and files that are missing. */
export const BROKEN_READINESS: readonly Broken[] = [
  // drills
  {
    title: 'a drill that an unknown rule ends',
    edit: plan('rules: [river-level, underpass], fromStep: warn }', 'rules: [river-levle, underpass], fromStep: warn }'),
    at: ['playbook.yaml', 'river-levle'],
    message: 'there is no rule "river-levle"; name a rule of this playbook',
  },
  {
    title: 'a drill that an unknown step ends',
    edit: plan('underpass], fromStep: warn }', 'underpass], fromStep: start }'),
    at: ['playbook.yaml', 'underpass], fromStep: start'],
    message: 'the rule "underpass" has no step "start"; name one of warn, flood',
  },
  {
    title: 'a drill of a gauge that nobody knows',
    edit: plan('flood: taifu, speed: 60,', 'flood: taifu, speed: 60, map: [{ from: past-1, to: ose-seguti }],'),
    at: ['playbook.yaml', 'ose-seguti'],
    message: 'there is no gauge "ose-seguti" in gauges.csv',
  },
  {
    title: 'two drills of one name',
    edit: plan('{ id: tabletop,', '{ id: taifu,'),
    at: ['playbook.yaml', '{ id: taifu, name: 図上訓練'],
    message: 'the drill "taifu" is there twice; give each drill its own id',
  },
  {
    title: 'a speed with nothing to play',
    edit: plan('name: 図上訓練, lasts: 3h,', 'name: 図上訓練, lasts: 3h, speed: 60,'),
    at: ['playbook.yaml', '{ id: tabletop'],
    message: 'without a flood nothing plays, so speed and map mean nothing; name a flood or remove them',
  },
  {
    title: 'a drill without an end',
    edit: plan('name: 図上訓練, lasts: 3h,', 'name: 図上訓練, lasts: 25h,'),
    at: ['playbook.yaml', 'lasts: 25h'],
    message: 'drills.usual[1].lasts: a drill lasts from 1m to 24h',
  },
  {
    title: 'a flood that names a file elsewhere',
    edit: plan('flood: taifu,', 'flood: ../taifu,'),
    at: ['playbook.yaml', 'flood: ../taifu'],
    message: 'drills.usual[0].flood is "../taifu"; write the name of a file in floods/ without .csv, such as taifu',
  },
  // heartbeat
  {
    title: 'a heartbeat that nobody could live with',
    edit: plan('  every: 1h', '  every: 30s'),
    at: ['playbook.yaml', 'every: 30s'],
    message: 'heartbeat.every: the way is proven every 1m at most and every 24h at least; change it',
  },
  {
    title: 'a heartbeat that comes too late',
    edit: plan('  every: 1h', '  every: 25h'),
    at: ['playbook.yaml', 'every: 25h'],
    message: 'heartbeat.every: the way is proven every 1m at most and every 24h at least; change it',
  },
  {
    title: 'a heartbeat to neighbour systems',
    edit: plan('  channels: [line, disaster-mail, email]', '  channels: [line, webhook]'),
    at: ['playbook.yaml', 'channels: [line, webhook]'],
    message: 'heartbeat.channels[1] is "webhook"; write one of line, disaster-mail, email',
  },
  {
    title: 'a heartbeat that names a channel twice',
    edit: plan('  channels: [line, disaster-mail, email]', '  channels: [line, email, line]'),
    at: ['playbook.yaml', 'channels: [line, email, line]'],
    message: 'heartbeat.channels: a channel is there twice; name each once',
  },
  {
    title: 'a test user in the playbook',
    edit: plan('  every: 1h', '  every: 1h\n  line: U4af4980629'),
    at: ['playbook.yaml', 'line: U4af4980629'],
    message: 'unknown key "line"; known are every, channels, staff',
  },
  {
    title: 'staff who would hear of a dead channel by that channel alone',
    edit: plan('  staff: { group: duty, channels: [email, line] }\n\n# 何日', '  staff: { group: duty, channels: [email] }\n\n# 何日'),
    at: ['playbook.yaml', 'staff: { group: duty, channels: [email] }'],
    severity: 'warning',
    message: 'when email is dead, staff hear of it by email only; add another channel',
  },
  {
    title: 'a heartbeat of which staff hear nothing',
    edit: plan('  staff: { group: duty, channels: [email, line] }\n\n# 何日', '\n# 何日'),
    at: ['playbook.yaml', 'heartbeat:'],
    severity: 'warning',
    message: 'nobody on staff is told by message when the heartbeat stops, they see it on the screen only; add staff',
  },
  {
    title: 'a route in the lane of tests',
    edit: plan('    lane: congestion', '    lane: test'),
    at: ['playbook.yaml', 'lane: test'],
    message: 'routes[2].lane is "test"; write one of evacuation, flood, staff, congestion',
  },
  // files
  {
    title: 'a missing table',
    edit: { file: 'thresholds.csv', removed: true },
    at: ['thresholds.csv'],
    message: 'the file is missing; copy it from the sample city and edit it',
  },
  {
    title: 'a misnamed table',
    edit: { file: 'gauge.csv', contents: '' },
    at: ['gauge.csv'],
    severity: 'warning',
    message: 'this file is not read; did you mean "gauges.csv"?',
  },
  // examples
  {
    title: 'a story of an unknown gauge',
    edit: { file: 'examples/tide.yaml', from: '- gauge: ose-kako', to: '- gauge: ose-kakou' },
    at: ['examples/tide.yaml', '- gauge: ose-kakou'],
    message: 'there is no gauge "ose-kakou" in gauges.csv; did you mean "ose-kako"?',
  },
  {
    title: 'a timeline that cannot be read',
    edit: { file: 'examples/tide.yaml', from: 'every 10m x8', to: 'every ten minutes' },
    at: ['examples/tide.yaml', 'ten minutes'],
    message:
      '"1.00 +0.15 every ten minutes" is not understood; write for example 3.80 +0.10 every 10m x12, or 3.80 3.95 every 10m, or silence 40m',
  },
  {
    title: 'a story that expects an unknown step',
    edit: { file: 'examples/tide.yaml', from: 'step: flood', to: 'step: flod' },
    at: ['examples/tide.yaml', 'step: flod'],
    message: 'the rule "river-level" has no step "flod"; did you mean "flood"?',
  },
  {
    title: 'a story that names an unknown route',
    edit: { file: 'examples/tide.yaml', from: 'quiet: [residents-river]', to: 'quiet: [resident-river]' },
    at: ['examples/tide.yaml', 'quiet:'],
    message: 'there is no route "resident-river"; did you mean "residents-river"?',
  },
  {
    title: 'a policy that never ends at the desk',
    edit: plan('      - { after: 10m, desk: true }\n', ''),
    at: ['playbook.yaml', '    levels:'],
    message: 'escalation[0].levels: the last level, and no other, is the desk: write desk: true there',
  },
  {
    title: 'a level that calls people on no channel',
    edit: plan('group: leaders, channels: [email, line] }', 'group: leaders }'),
    at: ['playbook.yaml', 'group: leaders }'],
    message: 'escalation[0].levels[0]: give a group with its channels, or desk: true for the alarm on the screen',
  },
  {
    title: 'more answers than accounts that may give them',
    edit: plan('    answers: 1\n', '    answers: 2\n    of: [sato, sato]\n'),
    at: ['playbook.yaml', 'answers: 2'],
    message: '2 answers can never come from 1 accounts; make it smaller or name more',
  },
  {
    title: 'a policy for a rule that is not there',
    edit: plan('  - id: river-night\n    rules: [river-level]', '  - id: river-night\n    rules: [river-levle]'),
    at: ['playbook.yaml', 'rules: [river-levle]'],
    message: 'there is no rule "river-levle"; did you mean "river-level"?',
  },
  {
    title: 'a step that the rule of a policy does not have',
    edit: plan('    fromStep: warn\n    answers', '    fromStep: warm\n    answers'),
    at: ['playbook.yaml', 'fromStep: warm'],
    message: 'the rule "river-level" has no step "warm"; did you mean "warn"?',
  },
  {
    title: 'a proposal by a rule that is not there',
    edit: plan('rule: river-level, step: warn, level: 3', 'rule: river-levle, step: warn, level: 3'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'there is no rule "river-levle"; did you mean "river-level"?',
  },
  {
    title: 'a proposal at a step that its rule does not have',
    edit: plan('step: warn, level: 3', 'step: warm, level: 3'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'the rule "river-level" has no step "warm"; did you mean "warn"?',
  },
  {
    title: 'an order below level 3',
    edit: plan('level: 3, hazard: flood }', 'level: 2, hazard: flood }'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'orders.proposals[0].level is 2; write 3, 4 or 5',
  },
  {
    title: 'a proposal that no gauge can make',
    edit: plan('level: 3, hazard: flood }', 'level: 3, hazard: flood, selector: { gauges: [road-ekikita] } }'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'no gauge of the rule is meant by it, so it never proposes; correct the selector',
  },
  {
    title: 'a district of a preset that is not there',
    edit: plan('districts: [kitahara, seguchi]', 'districts: [kitahara, seguti]'),
    at: ['playbook.yaml', 'id: ose-upper'],
    message: 'there is no district "seguti"; did you mean "seguchi"?',
  },
  {
    title: 'a preset with the id of a proposal',
    edit: plan('id: ose-upper', 'id: river-leave'),
    at: ['playbook.yaml', 'name: 大瀬川 上流'],
    message: 'the id "river-leave" is there twice; give each proposal, approval and preset its own',
  },
  {
    title: 'an approval of what nobody proposes',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-eldery], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'there is no proposal or preset "river-eldery"; did you mean "river-elderly"?',
  },
  {
    title: 'an approval to issue by itself what people propose',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [ose-lower], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: '"ose-lower" is proposed by people, and only what a rule proposes is issued by itself; remove it here',
  },
  {
    title: 'an approval that says two things',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, onePerson: true, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'orders.approvals[0]: give either issueAfter (how long people have to answer) or onePerson: true, one of them',
  },
  {
    title: 'an approval that ends before it begins',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2026-04-01' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'it ends before it begins; correct one of the two dates',
  },
  {
    title: 'an approval for longer than a year',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-06-01' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'an approval holds for a year at most, so that somebody looks at it again; make it end earlier',
  },
  {
    title: 'an approval on a day that is not on the calendar',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-02-30', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: '"2026-02-30" is not on the calendar; correct it',
  },
  {
    title: 'a route with a name that is kept for orders',
    edit: plan('  - id: staff-faults\n', '  - id: order-staff\n'),
    at: ['playbook.yaml', 'id: order-staff'],
    message: 'the route id "order-staff" is kept for orders; choose another one',
  },
  {
    title: 'a rule in two policies',
    edit: plan(
      '# 避難情報(',
      '  - id: second\n    rules: [river-level]\n    fromStep: warn\n    expiresAfter: 6h\n    wording: staffCall\n    levels: [{ after: 5m, desk: true }]\n# 避難情報(',
    ),
    at: ['playbook.yaml', '- id: second', 1],
    message: '"river-level" is in the policy "river-night" already; leave it in one of the two',
  },
  {
    title: 'a call without words',
    edit: plan('wording: staffCall', 'wording: staffRiver'),
    at: ['playbook.yaml', '- id: river-night', 5],
    message: 'there is no Japanese text staffRiver.escalated; add it to wording/ja.yaml',
    more: 3,
  },
  {
    title: 'a reminder without words',
    edit: wording('    reminded:\n      subject: 【職員・再通知】', '    escalated:\n      subject: 【職員・再通知】'),
    at: ['playbook.yaml', 'wording: staffRiver'],
    message: 'there is no Japanese text staffRiver.reminded; add it to wording/ja.yaml',
  },
  {
    title: 'a reminder that no route carries',
    edit: plan('    transitions: [raised, climbed, steppedDown, cleared, reminded]\n', ''),
    at: ['playbook.yaml', '    reminder: 30m'],
    severity: 'warning',
    message: 'no route of "river-level" lists reminded, so nobody is reminded; add it to the transitions',
  },
  {
    title: 'a reminder for residents',
    edit: plan(
      '    fromStep: warn # 観測',
      '    transitions: [raised, climbed, steppedDown, cleared, reminded]\n    fromStep: warn # 観測',
    ),
    at: ['playbook.yaml', '    fromStep: warn # 観測', -1],
    message: 'reminders and calls are for staff; remove reminded and escalated here',
    more: 1,
  },
  {
    title: 'a reminder every second',
    edit: plan('reminder: 30m', 'reminder: 1s'),
    at: ['playbook.yaml', 'reminder: 1s'],
    message: 'rules[0].reminder: a reminder comes after 1m at the earliest; change it',
  },
  {
    title: 'a value in a reminder, which nothing was observed for',
    edit: wording('{waited}分たっても確認済み', '{value}たっても確認済み'),
    at: ['wording/ja.yaml', '    reminded:'],
    message: '{value} has no value when the rule "river-level" has reminded; remove it from this text',
  },
];
