import { type DynamicModule, Module } from '@nestjs/common';
import { Audit, Clock, Directory, type PersonalRecords } from '#core';
import { PersonalData } from '#pipeline/desk';
import { SubscribersController } from '../http/subscribers.controller.ts';
import { PERSONAL_RECORDS } from './adapters.module.ts';

/** Those who subscribed, and what is held about them. */
@Module({})
export class PeopleModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: PeopleModule,
      imports: [ground],
      controllers: [SubscribersController],
      providers: [
        {
          provide: PersonalData,
          inject: [Directory, PERSONAL_RECORDS, Audit, Clock],
          useFactory: (directory: Directory, records: readonly PersonalRecords[], audit: Audit, clock: Clock) =>
            new PersonalData({ directory, records, audit, clock }),
        },
      ],
    };
  }
}
