import { type GaugeIndex, gaugesOf, type Language, type Parameter, type Playbook, type Route, type Rule, stepsOf } from '#core';
import { type LocatedWording, usedIn } from './wordings.ts';

/** Names that a text in another language would leave in Japanese, told once each: a visitor cannot read 大瀬川. */
export function checkNames(playbook: Playbook, index: GaugeIndex, wordings: ReadonlyMap<Language, LocatedWording>): void {
  for (const wording of wordings.values()) {
    if (wording.language === 'ja' || !playbook.city.languages.includes(wording.language)) continue;
    const missing = new Set<string>();
    for (const route of playbook.routes) {
      const used = usedBy(route, wording);
      const heard = new Set(route.rules);
      for (const rule of playbook.rules) {
        if (!heard.has(rule.id)) continue;
        for (const name of namesTold(playbook, index, rule, used)) if (wording.names?.[name] === undefined) missing.add(name);
      }
    }
    for (const name of missing) {
      wording.source.warning(['names'], `"${name}" stays Japanese in ${wording.language}; add how this language writes it to names`);
    }
  }
}

function usedBy({ wording, transitions }: Route, { messages }: LocatedWording): ReadonlySet<string> {
  return new Set(transitions.flatMap((kind) => [...(messages[`${wording}.${kind}`] ? usedIn(messages[`${wording}.${kind}`]!) : [])]));
}

function namesTold(playbook: Playbook, index: GaugeIndex, rule: Rule, used: ReadonlySet<string>): readonly string[] {
  const uses = (parameter: Parameter): boolean => used.has(parameter);
  const names: string[] = [];
  if (uses('city')) names.push(playbook.city.name);
  if (uses('rule')) names.push(rule.name);
  if ((uses('step') || uses('from')) && rule.kind !== 'blind' && rule.kind !== 'fault') {
    names.push(...stepsOf(rule).map(({ name }) => name));
  }
  for (const gauge of gaugesOf(rule.selector, index)) {
    if (uses('gauge')) names.push(gauge.name);
    if (uses('river') && gauge.river !== null) names.push(gauge.river);
    if (uses('area')) names.push(...gauge.areas.map((code) => playbook.districts.get(code)?.name ?? code));
  }
  return names;
}
