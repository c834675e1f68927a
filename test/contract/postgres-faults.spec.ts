import { sql } from 'kysely';
import { Client } from 'pg';
import { LedgerFenced, LedgerUnavailable, type Hold, type Ledger } from '#core';
import { LedgerWentBack, openPostgres, SqlLedger, type SqlDatabase } from '#sql';
import { emptyDatabase, leftOut, postgresServer, sqlOn, type Server } from '../servers.ts';
import { aDelivery, anAlert, aSettlement, aTransition, aWatch, claimAll, planned } from './ledger-values.ts';

const COMMITS = 40;

const withoutPostgres = await leftOut('postgres', 'faults of PostgreSQL');
(withoutPostgres ? describe.skip : describe)('a ledger whose PostgreSQL fails', () => {
  let server: Server;
  let url: string;
  let database: SqlDatabase;
  let ledger: Ledger;
  const lost: Error[] = [];

  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await emptyDatabase(server);
    database = await openPostgres(url, (error) => lost.push(error));
    ledger = new SqlLedger(database);
  });
  afterEach(() => database.close());

  /**
   * What `watch` does: commit, and when the outcome is unknown take over again and go on from the position that the ledger knows. At some
   * positions the fault strikes while the commit is between two statements.
   */
  async function commitAll(faultAt: readonly number[], fault: () => Promise<unknown>): Promise<number> {
    const faults = new Set(faultAt);
    let unknown = 0;
    let hold = await ledger.seize('watch');
    while (hold.position < COMMITS) {
      const to = hold.position + 1;
      const values = {
        watches: [aWatch('tama-03', to)],
        alerts: [anAlert({ transitions: to })],
        transitions: [aTransition({ ordinal: to })],
      };
      const commit = () => ledger.commitWatch({ hold, to, ...values });
      const [result] = await Promise.allSettled([faults.delete(hold.position) ? strickenBy(fault, commit) : commit()]);
      if (result.status === 'fulfilled') {
        hold = result.value;
        continue;
      }
      expect(result.reason).toBeInstanceOf(LedgerUnavailable);
      unknown += 1;
      hold = await seizeAgain();
    }
    expect(faults.size).toBe(0);
    return unknown;
  }

  /** Stops the commit at the number of its transition, when it has written most of what it writes, and lets the fault strike there. */
  async function strickenBy(fault: () => Promise<unknown>, commit: () => Promise<Hold>): Promise<Hold> {
    const blocker = new Client({ connectionString: url });
    blocker.on('error', (error) => lost.push(error));
    await blocker.connect();
    await blocker.query(`begin; select value from counter where name = 'transition' for update`);
    const [result] = await Promise.allSettled([commit(), untilBlocked().then(fault)]);
    await blocker.end();
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  async function crash(): Promise<void> {
    await server.kill('SIGQUIT'); // At once, without a checkpoint: the next start recovers from the log.
    await server.restart();
  }

  async function untilBlocked(): Promise<void> {
    const waiting = `select 1 from pg_stat_activity where application_name = 'sonae' and wait_event_type = 'Lock' and datname = current_database()`;
    for (;;) if ((await sqlOn(url, waiting)).length > 0) return;
  }

  async function seizeAgain(): Promise<Hold> {
    for (;;) {
      try {
        return await ledger.seize('watch');
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerUnavailable);
      }
    }
  }

  async function expectEverythingOnce(): Promise<void> {
    const kept = await ledger.transitionsAfter(0, 1_000);
    expect(kept.map(({ number }) => number)).toEqual(Array.from({ length: COMMITS }, (_, index) => index + 1));
    expect(kept.map(({ transition }) => transition.id)).toEqual(kept.map(({ number }) => aTransition({ ordinal: number }).id));
    expect(await ledger.watchState()).toMatchObject({ watches: [aWatch('tama-03', COMMITS)], alerts: [anAlert({ transitions: COMMITS })] });
  }

  it('F18 repeats by id when connections are cut in mid-commit: everything is there once, in order', async () => {
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sonae'`;
    const faultAt = [0, 7, 8, 30];
    expect(await commitAll(faultAt, () => sqlOn(url, cut))).toBeGreaterThanOrEqual(faultAt.length);
    await expectEverythingOnce();
  });

  it('F18 goes on after the server was killed in mid-commit and came back: nothing is lost, nothing is there twice', async () => {
    const faultAt = [5, 20];
    expect(await commitAll(faultAt, crash)).toBeGreaterThanOrEqual(faultAt.length);
    await expectEverythingOnce();
    expect(lost.length).toBeGreaterThan(0);
  });

  it('F18 settles once although the word about the commit was lost', async () => {
    const hold = await planned(ledger, (message) => [aDelivery(message, 0)]);
    const [claimed] = await claimAll(ledger, hold);
    const settlement = aSettlement(claimed!.delivery, { receipt: 'the first word' });
    await ledger.settle(hold, [settlement]);
    await ledger.settle(hold, [{ ...settlement, state: 'queued', receipt: 'the second word' }]);
    expect(await ledger.deliveries({ limit: 1 })).toMatchObject([{ delivery: { state: 'sent', receipt: 'the first word' } }]);
  });

  it('F18 notices a position that went back, as after a fail-over to a standby that lagged', async () => {
    const hold = await ledger.seize('watch');
    await ledger.commitWatch({ hold, to: 10, watches: [], alerts: [], transitions: [] });
    await sqlOn(url, `update stage set position = 4 where stage = 'watch'`);
    await expect(ledger.commitWatch({ hold: { ...hold, position: 10 }, to: 11, watches: [], alerts: [], transitions: [] })).rejects.toThrow(
      LedgerFenced,
    );
    await expect(ledger.seize('watch')).rejects.toThrow(LedgerWentBack);
  });

  it('F9 takes over although a frozen process holds the stage in the middle of a transaction', async () => {
    const hold = await planned(ledger, (message) => [aDelivery(message, 0)]);
    const frozen = await openPostgres(url, (error) => lost.push(error));
    const limits = await sql<{ idle: string }>`select current_setting('idle_in_transaction_session_timeout') as idle`.execute(frozen.db);
    expect(limits.rows).toEqual([{ idle: '10s' }]);

    let thaw: (value: unknown) => void;
    const thawed = new Promise((done) => {
      thaw = done;
    });
    const stuck = frozen.db.transaction().execute(async (t) => {
      await sql`set local idle_in_transaction_session_timeout = 300`.execute(t); // The test does not wait for the whole ten seconds.
      await t.selectFrom('stage').selectAll().where('stage', '=', 'dispatch').forKeyShare().execute();
      thaw(ledger.seize('dispatch')); // A promise resolved with a promise waits for it, and so does this transaction.
      await thawed;
      await t.updateTable('delivery').set({ state: 'dead' }).execute();
    });
    await expect(stuck).rejects.toThrow(/connection|idle-in-transaction/i);
    expect(await thawed).toMatchObject({ fence: hold.fence + 1 });
    expect(await ledger.deliveries({ limit: 9 })).toMatchObject([{ delivery: { state: 'queued' } }]);
    await frozen.close();
  });

  it('passes our own mistakes on as they are', async () => {
    const hold = await ledger.seize('watch');
    const twice = [aTransition(), aTransition()];
    await expect(ledger.commitWatch({ hold, to: 1, watches: [], alerts: [], transitions: twice })).rejects.toMatchObject({ code: '23505' });
    expect((await ledger.seize('watch')).position).toBe(0);
  });

  it('refuses a server that forgets commits at a power cut', async () => {
    const name = new URL(url).pathname.slice(1);
    await sqlOn(url, `alter database ${name} set synchronous_commit = off`);
    await expect(openPostgres(url)).rejects.toThrow(/synchronous_commit/);
  });

  it('says so when there is no server', async () => {
    await expect(openPostgres('postgres://sonae@127.0.0.1:1/none')).rejects.toThrow(/ECONNREFUSED/);
  });
});
