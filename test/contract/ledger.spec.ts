import { MemoryLedger } from '#memory';
import { SqlLedger } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { describeActs } from './ledger-acts.ts';
import { describeDeliveries } from './ledger-deliveries.ts';
import { describeDecisions } from './ledger-decisions.ts';
import { describeFaults } from './ledger-faults.ts';
import type { LedgerHarness } from './ledger-values.ts';
import { describeHeartbeat } from './ledger-heartbeat.ts';
import { describeProof } from './ledger-proof.ts';
import { describeVigils } from './ledger-vigils.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

// A database of its own for every test, on a machine that may be busy.
const describeLedger = (name: string, harness: LedgerHarness): void => {
  describe(`ledger on ${name}`, () => {
    describeDecisions(harness);
    describeDeliveries(harness);
    describeProof(harness);
    describeActs(harness);
    describeVigils(harness);
    describeFaults(harness);
    describeHeartbeat(harness);
  });
};

let inMemory: MemoryLedger;
describeLedger('memory', {
  open: async () => {
    inMemory = new MemoryLedger();
    return inMemory;
  },
  again: async () => inMemory,
  close: () => Promise.resolve(),
});

describeLedger('sqlite', sqlHarness(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'ledger on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());

  describeLedger(
    'postgres',
    sqlHarness(() => postgresPlace(server)),
  );
});

function sqlHarness(newPlace: () => Promise<SqlPlace>): LedgerHarness {
  let place: SqlPlace;
  const again = async () => new SqlLedger(await place.open());
  return {
    open: async () => {
      place = await newPlace();
      return again();
    },
    again,
    close: () => place.clear(),
  };
}
