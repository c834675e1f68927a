import { type DynamicModule, Module } from '@nestjs/common';
import { DrillHost } from '../drill-host.ts';
import { DrillsController } from '../http/drills.controller.ts';

/** Real life's side of drills. */
@Module({})
export class DrillsModule {
  static on(ground: DynamicModule, host: DrillHost): DynamicModule {
    return {
      module: DrillsModule,
      imports: [ground],
      controllers: [DrillsController],
      providers: [{ provide: DrillHost, useValue: host }],
      exports: [DrillHost],
    };
  }
}
