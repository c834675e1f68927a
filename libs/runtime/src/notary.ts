import type { KeyObject } from 'node:crypto';
import {
  type Audit,
  AUDIT_ACTS,
  AUDIT_ROOT,
  type AuditCheckpoint,
  type AuditFault,
  type AuditHead,
  auditKeyName,
  AuditVerifier,
  type Clock,
  isCheckpointDue,
  signCheckpoint,
} from '#core';
import type { CheckpointFile } from './checkpoint-file.ts';

/** How soon after an act on an order the chain is signed, and after the last delivery its sum is written down. */
const LOOK_MS = 10_000;
/** Wait after a failed look before the next one. */
const RETRY_MS = 5_000;
/** Rows read at once while the newest stretch is checked; the process breathes between two reads. */
const ROWS_MAX = 500;

export interface NotaryOptions {
  readonly audit: Audit;
  readonly clock: Clock;
  /** Where what is signed is kept; null in a drill, whose chain is signed by nobody. */
  readonly file: CheckpointFile | null;
  readonly key: KeyObject | null;
  readonly onCheckpoint: (checkpoint: AuditCheckpoint) => void;
  /** Told what was found when the newest stretch of the chain does not hold. */
  readonly onFaults: (faults: readonly AuditFault[]) => void;
  /** Told when checkpoints cannot be written (`why`) and when they can again (`null`). */
  readonly onTrouble: (why: string | null) => void;
}

/** How the chain stands as far as this process has looked. */
export interface AuditStanding {
  readonly checkpoint: AuditCheckpoint | null;
  /** What was found since the start, newest stretch last; empty while the chain holds. */
  readonly faults: readonly AuditFault[];
}

/** Faults kept for the page; `sonae audit verify` tells all of them. */
const FAULTS_MAX = 20;

/**
 * Checks the newest stretch of the audit and signs its end, every hour and behind every act on an order (S33); sums up in it what was sent. What it
 * needs is in the database and in the file of checkpoints, so whatever a crash left undone the next look does.
 */
export class Notary {
  readonly #options: NotaryOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #trouble: string | null = null;
  #last: AuditCheckpoint | null | undefined;
  #faults: readonly AuditFault[] = [];

  constructor(options: NotaryOptions) {
    this.#options = options;
  }

  get standing(): AuditStanding {
    return { checkpoint: this.#last ?? null, faults: this.#faults };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the look that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Sums up, checks and signs what is due. */
  async look(): Promise<void> {
    const { audit, clock, file, key } = this.#options;
    await audit.sumUpSends(clock.now());
    if (!file || !key) return;
    this.#last ??= await file.last([auditKeyName(key)]);
    const head = await audit.head();
    const [order] = await audit.entries({ acts: AUDIT_ACTS.order, limit: 1 });
    if (!isCheckpointDue({ last: this.#last, head, newestOrder: order?.number ?? 0, now: clock.now() })) return;
    await this.#check(head, this.#last);
    const checkpoint = signCheckpoint(head, clock.now(), key);
    await file.append(checkpoint);
    this.#last = checkpoint;
    this.#options.onCheckpoint(checkpoint);
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let waitMs = LOOK_MS;
      try {
        await this.look();
        this.#report(null);
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        waitMs = RETRY_MS;
      }
      await clock.sleep(waitMs, signal);
    }
  }

  /** From the end that was signed last to the present one. What does not hold is told, and signed all the same: signatures must not be stopped by it. */
  async #check(head: AuditHead, last: AuditHead | null): Promise<void> {
    const { audit } = this.#options;
    // A chain that is shorter than what was signed is looked at as a whole.
    const after = last && last.number <= head.number ? last : { number: 0, hash: AUDIT_ROOT };
    const signed = new Map(last ? [[last.number, last.hash]] : []);
    const verifier = new AuditVerifier({ after, count: head.number, signed });
    for (let from = after.number; ;) {
      const rows = await audit.rows(from, ROWS_MAX);
      for (const row of rows) if (row.number <= head.number) verifier.take(row);
      from = rows.at(-1)?.number ?? head.number;
      if (from >= head.number) break;
    }
    const { faults } = verifier.end(await audit.count());
    if (faults.length === 0) return;
    this.#faults = [...this.#faults, ...faults].slice(-FAULTS_MAX);
    this.#options.onFaults(faults);
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble(why);
  }
}
