import type { OrderWords } from './order-words.ts';

/** Orders in Portuguese. */
export const portuguese: OrderWords = {
  hazards: {
    flood: 'transbordamento de rio',
    landslide: 'deslizamento de terra',
    stormSurge: 'maré de tempestade',
    earthquake: 'danos por terremoto',
    tsunami: 'tsunami',
    fire: 'incêndio de grandes proporções',
    inlandFlood: 'alagamento de ruas e casas',
    volcano: 'atividade vulcânica',
  },
  riverFlood: (rivers) => `transbordamento do ${rivers}`,
  reason: (hazard, level) => (level === 5 ? `${hazard} já está ocorrendo ou é iminente` : `há perigo de ${hazard}`),
  act: {
    3: [
      'Idosos, pessoas com deficiência e quem precisa de mais tempo: saiam agora dos lugares perigosos.',
      'As demais pessoas: preparem-se para sair a qualquer momento.',
    ],
    4: [
      'Todas as pessoas nestes bairros: saiam agora dos lugares perigosos.',
      'Se ir até o abrigo for perigoso, vá para um prédio seguro próximo ou para o cômodo mais seguro do seu prédio.',
    ],
    5: [
      'Sua vida está em perigo. Proteja-se imediatamente.',
      'Não insista em chegar ao abrigo. Vá para um lugar ao menos um pouco mais seguro do que onde está.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[EMERGÊNCIA] ${city} - ${level}: ${what}`,
    updated: ({ city, level, what }) => `[EMERGÊNCIA, ALTERADO] ${city} - ${level}: ${what}`,
    lifted: ({ city, level, what }) => `[ENCERRADO] ${city} - ${level}: ${what}`,
    takenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - não está em vigor: ${level}: ${what}`,
    updateTakenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - ${level}: ${what}`,
    liftTakenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - continua em vigor: ${level}: ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\nEm vigor: ${level}.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\nFoi alterado: ${level}.`,
  levelChanged: (from, to) => `Mudou de ${from} para ${to}.`,
  added: (areas) => `Novos bairros: ${areas}`,
  removed: (areas) => `Bairros que não fazem mais parte: ${areas}`,
  destinationsChanged: 'Os locais de abrigo mudaram.',
  lifted: ({ areas, level }) => [`${areas}: foi encerrado: ${level}.`, 'Não se aproxime de lugares onde ainda há perigo.'],
  takenBack: ({ areas, level }) => [
    `${areas}: o aviso que acabamos de enviar foi um erro: ${level}.`,
    'Ele não está em vigor.',
    'Se houver outra informação de evacuação em vigor, siga essa informação.',
  ],
  updateTakenBack: ({ level }) => ['O aviso de alteração que acabamos de enviar foi um erro.', `Continua em vigor, como segue: ${level}.`],
  liftTakenBack: ({ areas, reason, level }) => [
    'O aviso de encerramento que acabamos de enviar foi um erro.',
    `${areas}: ${reason}.`,
    `Continua em vigor: ${level}.`,
  ],
  standing: ({ areas, level, what }) => `${areas}: ${level} (${what}) continua em vigor.`,
  since: (when) => `Em vigor desde: ${when}`,
  liftedAt: (when) => `Encerrado em: ${when}`,
  areas: (areas) => `Bairros: ${areas}`,
  destinations: 'Abrigos (designados para este desastre):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- e mais ${count}`,
  details: 'Detalhes:',
  issuer: (city, when) => `Centro de Operações de Desastre - ${city} (emitido: ${when})`,
};
