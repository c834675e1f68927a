import type { OrderWords } from './order-words.ts';

/** Orders in English. */
export const english: OrderWords = {
  hazards: {
    flood: 'river flooding',
    landslide: 'landslides',
    stormSurge: 'storm surge',
    earthquake: 'earthquake damage',
    tsunami: 'a tsunami',
    fire: 'a large fire',
    inlandFlood: 'flooding of streets and houses',
    volcano: 'volcanic activity',
  },
  riverFlood: (rivers) => `flooding of the ${rivers}`,
  reason: (hazard, level) => (level === 5 ? `${hazard} is happening or about to happen` : `there is a danger of ${hazard}`),
  act: {
    3: [
      'The elderly, people with disabilities and others who need time: leave dangerous places now.',
      'Everyone else: get ready to leave at any time.',
    ],
    4: [
      'Everyone in these districts: leave dangerous places now.',
      'If going to a shelter is dangerous, go to a safe building nearby or to the safest room of your building.',
    ],
    5: [
      'Your life is in danger. Secure your safety at once.',
      'Do not insist on reaching a shelter. Move to a place that is even a little safer than where you are.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[EMERGENCY] ${city} - ${level}: ${what}`,
    updated: ({ city, level, what }) => `[EMERGENCY, CHANGED] ${city} - ${level}: ${what}`,
    lifted: ({ city, level, what }) => `[LIFTED] ${city} - ${level}: ${what}`,
    takenBack: ({ city, level, what }) => `[CORRECTION] ${city} - not in force: ${level}: ${what}`,
    updateTakenBack: ({ city, level, what }) => `[CORRECTION] ${city} - ${level}: ${what}`,
    liftTakenBack: ({ city, level, what }) => `[CORRECTION] ${city} - still in force: ${level}: ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} is in force.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} has changed.`,
  levelChanged: (from, to) => `Changed from ${from} to ${to}.`,
  added: (areas) => `New districts: ${areas}`,
  removed: (areas) => `No longer included: ${areas}`,
  destinationsChanged: 'The places to go to have changed.',
  lifted: ({ areas, level }) => [`${areas}: ${level} has been lifted.`, 'Stay away from places where danger remains.'],
  takenBack: ({ areas, level }) => [
    `${areas}: the notice of ${level} that we just sent was a mistake.`,
    'It is not in force.',
    'If another evacuation notice is in force for you, follow that one.',
  ],
  updateTakenBack: ({ level }) => ['The change that we just sent was a mistake.', `${level} goes on as follows.`],
  liftTakenBack: ({ areas, reason, level }) => [
    'The notice of lifting that we just sent was a mistake.',
    `${areas}: ${reason}.`,
    `${level} is still in force.`,
  ],
  standing: ({ areas, level, what }) => `Still in force in ${areas}: ${level} (${what}).`,
  since: (when) => `In force since: ${when}`,
  liftedAt: (when) => `Lifted: ${when}`,
  areas: (areas) => `Districts: ${areas}`,
  destinations: 'Places to go to (designated for this hazard):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- and ${count} more`,
  details: 'Details:',
  issuer: (city, when) => `${city} Disaster Headquarters (issued ${when})`,
};
