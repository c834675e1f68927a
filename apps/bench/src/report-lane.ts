/** Widths are fixed, so that a packet is made by overwriting digits; a number of so many digits never begins with 0. */
const SEQ_FIRST = 1_000_000_000;
const SEQ = String(SEQ_FIRST);
const AT = '0'.repeat(13);
const LEVEL = '0.000';

const PUBLISH_QOS1 = 0x32;
const CONNECT = 0x10;

/** Quiet water plays between these, in mm; it rises and falls by a few millimetres, as water does. */
const QUIET_FROM_MM = 1700;
const QUIET_SPAN_MM = 200;
/** Above the first limit of the bench's playbook (2.00 m), and never half a metre above quiet water: a leap like that is doubted. */
const HIGH_FROM_MM = 2050;
const HIGH_SPAN_MM = 50;

/** A CONNECT of MQTT 3.1.1 as a device of ours sends it: client id = user name, password = key, clean session, no keep-alive. */
export function connectPacket(id: string, key: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.of(4, 0xc2, 0, 0), text(id), text(id), text(key)]);
  return Buffer.concat([Buffer.of(CONNECT), remaining(body.length), body]);
}

/**
 * The packets of one device, encoded once: to send one, the packet number, sequence numbers, instants and values are written over in a
 * copy. Reports are `{"seq","t","level","batV","rssi"}`, alone or as a batch.
 */
export class ReportLane {
  readonly #packet: Buffer;
  readonly #idAt: number;
  readonly #seqAt: readonly number[];
  readonly #timeAt: readonly number[];
  readonly #levelAt: readonly number[];
  #seq = SEQ_FIRST;
  #at = 0;
  #high = false;

  constructor(device: string, batch: number) {
    const report = `{"seq":${SEQ},"t":${AT},"level":${LEVEL},"batV":3.61,"rssi":-87}`;
    const payload = batch === 1 ? report : `[${Array.from({ length: batch }, () => report).join(',')}]`;
    const topic = text(`sonae/v1/${device}/obs`);
    const head = Buffer.concat([Buffer.of(PUBLISH_QOS1), remaining(topic.length + 2 + payload.length), topic]);
    this.#packet = Buffer.concat([head, Buffer.alloc(2), Buffer.from(payload)]);
    this.#idAt = head.length;
    const reportAt = Array.from({ length: batch }, (_, i) => head.length + 2 + (batch === 1 ? 0 : 1) + i * (report.length + 1));
    this.#seqAt = reportAt.map((at) => at + report.indexOf(SEQ));
    this.#timeAt = reportAt.map((at) => at + report.indexOf(AT));
    this.#levelAt = reportAt.map((at) => at + report.indexOf(LEVEL));
  }

  get bytes(): number {
    return this.#packet.length;
  }

  /** From now on the water is above the first limit. */
  rise(): void {
    this.#high = true;
  }

  /** Writes the next packet at `from` of the buffer. Its reports carry instants from `at` on, each later than the one before. */
  write(into: Buffer, from: number, id: number, at: number): void {
    this.#packet.copy(into, from);
    into[from + this.#idAt] = id >> 8;
    into[from + this.#idAt + 1] = id & 0xff;
    for (let i = 0; i < this.#seqAt.length; i += 1) {
      this.#seq += 1;
      this.#at = Math.max(this.#at + 1, at);
      digits(into, from + this.#seqAt[i]!, SEQ.length, this.#seq);
      digits(into, from + this.#timeAt[i]!, AT.length, this.#at);
      const mm = this.#high
        ? HIGH_FROM_MM + (this.#seq % HIGH_SPAN_MM)
        : QUIET_FROM_MM + Math.abs((this.#seq % (2 * QUIET_SPAN_MM)) - QUIET_SPAN_MM);
      const level = from + this.#levelAt[i]!;
      into[level] = ZERO + Math.trunc(mm / 1000);
      digits(into, level + 2, 3, mm % 1000);
    }
  }
}

const ZERO = 0x30;

function digits(into: Buffer, from: number, width: number, value: number): void {
  let rest = value;
  for (let at = from + width - 1; at >= from; at -= 1) {
    const next = Math.floor(rest / 10);
    into[at] = ZERO + (rest - next * 10);
    rest = next;
  }
}

/** Text as MQTT writes it: two bytes of length, then UTF-8. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** The remaining length of a packet [MQTT-2.2.3]. */
function remaining(length: number): Buffer {
  const bytes: number[] = [];
  for (let rest = length; ; rest >>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
