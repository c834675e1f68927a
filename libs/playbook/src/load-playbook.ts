import { indexGauges, type Playbook, type PlaybookFiles, type Rule } from '#core';
import { readAreas } from './areas.ts';
import { checkDrills } from './check-drills.ts';
import { checkEscalations } from './check-escalations.ts';
import { checkHeartbeat } from './check-heartbeat.ts';
import { checkNames } from './check-names.ts';
import { checkOrders } from './check-orders.ts';
import { checkRoutes } from './check-routes.ts';
import { checkRules } from './check-rules.ts';
import { type Files, readPlaybookFiles, tellMissing, versionOf } from './folder.ts';
import { readGauges } from './gauges.ts';
import { planSchema } from './plan-schema.ts';
import { Findings, type Problem } from './problem.ts';
import { rulesOf } from './rules.ts';
import { readShelters } from './shelters.ts';
import { readThresholds, thresholdsByGauge } from './thresholds.ts';
import { byLanguage, readWording } from './wordings.ts';
import { YamlSource } from './yaml-source.ts';

/** A playbook as it was read and checked. */
export interface Loaded {
  /** Null as soon as there is one error: half a playbook is worse than the one that runs. */
  readonly playbook: Playbook | null;
  /** Everything that is wrong, by file and line. */
  readonly problems: readonly Problem[];
  /** What was read, as it was read. */
  readonly files: PlaybookFiles;
}

/** For the dates of thresholds.csv while playbook.yaml cannot be read: the rest is checked all the same. */
const ZONE_MEANWHILE = 'Asia/Tokyo';

/** Reads a playbook folder and checks it as a whole; never throws for what is in it. The examples are read by `loadExamples`. */
export async function loadPlaybook(folder: string): Promise<Loaded> {
  const findings = new Findings();
  const files = await readPlaybookFiles(folder, findings);
  const playbook = assembled(files, findings);
  return { playbook: findings.failed ? null : playbook, problems: findings.list(), files };
}

/** The same for files that are not in a folder: a change that somebody wants to look at before it is saved. */
export function loadFiles(files: PlaybookFiles): Loaded {
  const findings = new Findings();
  tellMissing([...files.keys()], findings);
  const playbook = assembled(files, findings);
  return { playbook: findings.failed ? null : playbook, problems: findings.list(), files };
}

/**
 * Reads a playbook that was in force once, from its files as they were kept; null when this program cannot make sense of them any more. What
 * today's checks would say of it does not matter: alerts count by it, and messages are told in its words.
 */
export const playbookFrom = (files: PlaybookFiles): Playbook | null => assembled(files, new Findings());

function assembled(files: Files, findings: Findings): Playbook | null {
  const from = <T>(name: string, read: (file: string, bytes: Uint8Array) => T | null): T | null => {
    const bytes = files.get(name);
    return bytes ? read(name, bytes) : null;
  };
  const plan = from('playbook.yaml', (file, bytes) => new YamlSource(file, bytes, findings));
  const said = plan?.read(planSchema) ?? null;
  const areas = from('areas.geojson', (file, bytes) => readAreas(file, bytes, findings));
  const districts = areas && new Set(areas.districts.keys());
  const timeZone = said?.city.timeZone ?? ZONE_MEANWHILE;
  const thresholds = from('thresholds.csv', (file, bytes) => readThresholds(file, bytes, timeZone, findings));
  const known = { timeZone, districts, thresholds: thresholdsByGauge(thresholds ?? []) };
  const read = from('gauges.csv', (file, bytes) => readGauges(file, bytes, known, findings));
  const shelters = from('shelters.csv', (file, bytes) => readShelters(file, bytes, said?.city.code ?? null, findings)) ?? [];
  const texts = [...files].filter(([name]) => name.startsWith('wording/')).map(([name, bytes]) => readWording(name, bytes, findings));
  const wordings = byLanguage(texts.filter((wording) => wording !== null));
  // What the rest says about a file that cannot be read would only repeat that it cannot be read.
  if (!plan || !said || !areas || !districts || !thresholds || !read) return null;

  const { gauges, ids } = read;
  const index = indexGauges([...gauges.values()].map(({ gauge }) => gauge));
  const rules = rulesOf(said.rules, { plan, gauges, index, ids });
  const byId = new Map<string, Rule>();
  for (const rule of rules) if (!byId.has(rule.id)) byId.set(rule.id, rule);
  checkRules({ plan, rules, byId, gauges, index, ids, thresholds, districts }, findings);
  const grounds = {
    plan,
    rules,
    byId,
    gauges,
    index,
    languages: said.city.languages,
    wordings,
    wordingsWhole: !texts.includes(null),
    findings,
    escalations: said.escalation,
  };
  const { policies, levels } = checkEscalations(said.routes, grounds);
  const routes = checkRoutes(said.routes, levels, grounds);
  const orders = said.orders && checkOrders(said.orders, { plan, byId, gauges, districts, shelters, routes, timeZone });
  const drills = said.drills && checkDrills(said.drills, { plan, byId, gauges });
  const heartbeat = said.heartbeat && checkHeartbeat(said.heartbeat, plan);
  const playbook: Playbook = {
    version: versionOf(files),
    city: said.city,
    gauges: new Map([...gauges].map(([id, { gauge }]) => [id, gauge])),
    rules,
    routes,
    escalations: policies,
    ...(said.contacts.length > 0 && { contacts: said.contacts }),
    ...(orders && { orders }),
    ...(drills && { drills }),
    ...(heartbeat && { heartbeat }),
    districts: areas.districts,
    shelters,
    wordings: new Map(
      [...wordings].map(([language, { reviewer, messages, names }]) => [
        language,
        { language, reviewer, messages, ...(names && { names }) },
      ]),
    ),
    areasGeoJson: areas.geoJson,
    retention: said.retention,
  };
  checkNames(playbook, index, wordings);
  return playbook;
}
