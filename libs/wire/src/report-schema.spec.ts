import { readFileSync } from 'node:fs';
import { reportJsonSchema } from './report-schema.ts';

describe('report.schema.json', () => {
  it('is what the schema of the service says; write it anew when the schema changes', () => {
    const published = JSON.parse(readFileSync(new URL('../examples/report.schema.json', import.meta.url), 'utf8')) as unknown;
    expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });
});
