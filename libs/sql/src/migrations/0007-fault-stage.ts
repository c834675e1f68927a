import { sql, type Kysely } from 'kysely';

/** Version 7: the stage that tells staff what was found out about devices. */
export async function faultStage(db: Kysely<unknown>): Promise<void> {
  await sql`insert into stage (stage, position, fence) values ('fault', 0, 0)`.execute(db);
}
