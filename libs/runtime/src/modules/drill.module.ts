import { type DynamicModule, Module } from '@nestjs/common';
import { Lifecycle, type Running } from '../lifecycle.ts';
import type { Ground } from './adapters.module.ts';
import { placeStages } from './place-stages.ts';

/** The place of a drill: the stages of real life without any device before them, without a calendar and without figures for the outside. */
@Module({})
export class DrillModule {
  static on(base: Ground): DynamicModule {
    const stages = placeStages(base, () => null);
    return {
      module: DrillModule,
      imports: [...stages.imports],
      providers: [
        {
          provide: Lifecycle,
          inject: [...stages.backToFront],
          useFactory: (...backToFront: readonly Running[]) => new Lifecycle(backToFront, () => base.adapters.close()),
        },
        ...stages.providers,
      ],
    };
  }
}
