import { relative, isAbsolute } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { Audit, type AuditFault, auditKeyName, Clock } from '#core';
import { openAuditKey } from '../audit-key.ts';
import { CheckpointFile } from '../checkpoint-file.ts';
import { AuditController } from '../http/audit.controller.ts';
import { Logger } from '../logger.ts';
import { Notary } from '../notary.ts';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { AUDIT_SAYS, Stages } from '../stages.ts';
import { trouble } from './trouble.ts';

/** Who signs what was done by whom, and who may read it. A drill has a chain of its own, which nobody signs. */
@Module({})
export class AuditModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: AuditModule,
      imports: [ground],
      controllers: [AuditController],
      providers: [
        {
          provide: Notary,
          inject: [Audit, Clock, SETTINGS, PLACE, Stages, Logger],
          useFactory: (audit: Audit, clock: Clock, settings: Settings, place: Place, stages: Stages, logger: Logger) => {
            const isSigned = place.status === 'actual';
            const file = isSigned ? new CheckpointFile(settings.audit.checkpoints) : null;
            const key = isSigned ? openAuditKey(settings.audit.key) : null;
            if (file && key) tellWhere(file, auditKeyName(key), settings, logger);
            return new Notary({
              audit,
              clock,
              file,
              key,
              // The log goes to another place than the database, or should: this line is a copy of the checkpoint.
              onCheckpoint: (checkpoint) => logger.log(`audit checkpoint ${JSON.stringify(checkpoint)}`, 'audit'),
              onFaults: (faults) => {
                stages.report(
                  'audit',
                  `監査記録の鎖が合いません（${faults.map(placeOf).join('、')}）。sonae audit verify で確かめてください`,
                  AUDIT_SAYS,
                );
                logger.error(`the audit does not hold: ${JSON.stringify(faults)}`, undefined, 'audit');
              },
              onTrouble: trouble(stages, logger, 'audit', '監査記録に署名できません。記録そのものと、警報・配信は動いています'),
            });
          },
        },
      ],
      exports: [Notary],
    };
  }
}

const placeOf = ({ from, to }: AuditFault): string => (from === to ? `${from}件目` : `${from}〜${to}件目`);

function tellWhere({ path }: CheckpointFile, key: string, { data }: Settings, logger: Logger): void {
  logger.log(`audit checkpoints go to ${path}, signed by the key ${key}`, 'audit');
  const inside = relative(data, path);
  if (inside.startsWith('..') || isAbsolute(inside)) return;
  logger.warn(
    `${path} lies beside the database: whoever can change the one can change the other. Set SONAE_AUDIT_CHECKPOINTS to a file on another disk or host`,
    'audit',
  );
}
