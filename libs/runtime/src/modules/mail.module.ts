import { type DynamicModule, Module } from '@nestjs/common';
import { Bounces, Clock, Directory, Keys, type Language, Ledger, type Playbook, residentChoices } from '#core';
import { LetterStage, Returns, SignUp } from '#pipeline/letters';
import type { PageCity } from '#sign-up-page';
import type { Adapters } from '../adapters.ts';
import { BouncesController } from '../http/bounces.controller.ts';
import { PageCityNow, SignUpController } from '../http/sign-up.controller.ts';
import { Logger } from '../logger.ts';
import { MailDoor } from '../mail-door.ts';
import { senderAddressOf } from '../mail-means.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { LETTERS_SAY, MAIL_SAYS, Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** Real life's disaster mail beside the messages: signing up and leaving, letters, and what comes back. Without mail there is nothing of it. */
@Module({})
export class MailModule {
  static on(ground: DynamicModule, desk: Adapters['mail']): DynamicModule {
    return {
      module: MailModule,
      imports: [ground],
      controllers: desk ? [SignUpController, BouncesController] : [],
      providers: [
        ...(desk ? [{ provide: Bounces, useValue: desk.bounces }] : []),
        {
          provide: PageCityNow,
          inject: [PLAYBOOK, SETTINGS],
          useFactory: (playbook: Playbook, { mail }: Settings): PageCityNow => ({
            now: () => pageCity(playbook, mail?.entryAddress ?? ''),
          }),
        },
        {
          provide: LetterStage,
          inject: [Ledger, Clock, PLAYBOOK, SETTINGS, Stages, Logger],
          useFactory: (ledger: Ledger, clock: Clock, playbook: Playbook, { mail, http }: Settings, stages: Stages, logger: Logger) =>
            desk && mail
              ? new LetterStage({
                  letters: desk.letters,
                  carrier: desk.carrier,
                  clock,
                  random: Math.random,
                  isHeld: async () => (await ledger.dispatchHold())?.released === null,
                  place: () => ({
                    city: playbook.city.name,
                    publicUrl: http.publicUrl.replace(/\/$/, ''),
                    entryAddress: mail.entryAddress,
                    senderAddress: senderAddressOf(mail),
                    districts: playbook.districts,
                    nameIn: nameIn(playbook),
                  }),
                  onTrouble: (why) => {
                    stages.report(
                      'disaster-mail',
                      why === null ? null : `登録の手紙を送れません。警報の配信は動いています（${why}）`,
                      LETTERS_SAY,
                    );
                    if (why !== null) logger.error(why, undefined, 'letters');
                  },
                  onDead: (id, why) => logger.warn(`letter ${id} was refused: ${why}`, 'letters'),
                })
              : null,
        },
        {
          provide: SignUp,
          inject: [Directory, Keys, Clock, PLAYBOOK, LetterStage],
          useFactory: (directory: Directory, keys: Keys, clock: Clock, playbook: Playbook, stage: LetterStage | null) =>
            desk && new SignUp({ ...desk, directory, keys, clock, playbook, onLetter: () => stage?.ring() }),
        },
        {
          provide: Returns,
          inject: [Directory, Ledger, Keys, Clock, PLAYBOOK, Stages, Logger],
          useFactory: (
            directory: Directory,
            ledger: Ledger,
            keys: Keys,
            clock: Clock,
            playbook: Playbook,
            stages: Stages,
            logger: Logger,
          ) => {
            if (!desk) return null;
            const returns = new Returns({
              bounces: desk.bounces,
              directory,
              ledger,
              keys,
              clock,
              playbook,
              slowDown: (domain, until) => {
                desk.pace.slow(domain, until);
                logger.error(`${domain} refuses our mail: written to slowly until ${new Date(until).toISOString()}`, undefined, 'mail');
              },
              onGone: ({ recipient, channel }) => logger.warn(`mail to subscriber ${recipient} on ${channel} comes back for good`, 'mail'),
            });
            stages.ask(
              () => [
                { name: 'disaster-mail', why: returns.trouble() },
                { name: 'email', why: returns.staffTrouble() },
              ],
              MAIL_SAYS,
            );
            return returns;
          },
        },
        {
          provide: MailDoor,
          inject: [SETTINGS, SignUp, Returns, Clock, Logger],
          useFactory: (settings: Settings, signUp: SignUp | null, returns: Returns | null, clock: Clock, logger: Logger) => {
            const { mail, tls } = settings;
            if (!mail?.inbound || !signUp || !returns) return null;
            return new MailDoor({ mail: { ...mail, inbound: mail.inbound }, tls, signUp, returns, clock, logger });
          },
        },
      ],
      exports: [LetterStage, Returns, MailDoor],
    };
  }
}

const nameIn =
  ({ wordings }: Pick<Playbook, 'wordings'>) =>
  (language: Language, name: string): string =>
    wordings.get(language)?.names?.[name] ?? name;

const pageCity = (playbook: Playbook, entryAddress: string): PageCity => ({
  name: playbook.city.name,
  entryAddress,
  districts: [...playbook.districts.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  categories: residentChoices(playbook, 'disaster-mail'),
  nameIn: nameIn(playbook),
});
