import { z } from 'zod';
import { reportInstant, reportPacket } from './report-body.ts';

/** The schema of a packet as JSON Schema 2020-12, for people who write firmware in other languages. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportPacket, {
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== reportInstant) return;
      Object.assign(jsonSchema, {
        description: 'Instant of the observation: ISO 8601 with offset, or epoch milliseconds',
        anyOf: [{ type: 'number' }, { type: 'string', format: 'date-time' }],
      });
    },
  });
}
