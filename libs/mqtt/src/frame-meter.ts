import { PACKET_BYTES_MAX } from '#wire';

/** A CONNECT of ours is a few hundred bytes with its key and Will; nobody may make us buffer more before we know who it is (F27). */
export const CONNECT_BYTES_MAX = 4 * 1024;

/** Why a stream of bytes is not, or no longer, a stream of acceptable packets. */
export type Breach = 'notConnect' | 'malformed' | 'tooLarge';

/**
 * Follows the framing of an MQTT stream without keeping any of it: only the first byte and the announced length of each packet are looked
 * at. The broker behind it would buffer whatever length is announced, up to 256 MiB, so the length is judged the moment it is complete.
 */
export class FrameMeter {
  private skip = 0;
  private inLength = false;
  private length = 0;
  private scale = 1;
  private first = true;
  private limit = CONNECT_BYTES_MAX;

  /** Takes the next bytes of the stream. Once it named a breach, the stream must be closed. */
  feed(chunk: Uint8Array): Breach | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, chunk.length - at);
        this.skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at]!;
      at += 1;
      const breach = this.inLength ? this.lengthByte(byte) : this.headerByte(byte);
      if (breach) return breach;
    }
    return null;
  }

  private headerByte(byte: number): Breach | null {
    const type = byte >> 4;
    if (this.first) {
      // [MQTT-3.1.0-1] the first packet is a CONNECT …
      if (byte !== CONNECT << 4) return 'notConnect';
    } else if (FROM_CLIENTS[type] !== true) {
      // … [MQTT-3.1.0-2] and the only one; what a server says, a client may not.
      return 'malformed';
    }
    this.first = false;
    this.inLength = true;
    this.length = 0;
    this.scale = 1;
    return null;
  }

  private lengthByte(byte: number): Breach | null {
    this.length += (byte & 0x7f) * this.scale;
    if (byte & 0x80) {
      if (this.scale === LENGTH_SCALE_MAX) return 'malformed';
      this.scale *= 128;
      return null;
    }
    if (this.length > this.limit) return 'tooLarge';
    this.skip = this.length;
    this.inLength = false;
    this.limit = PACKET_BYTES_MAX;
    return null;
  }
}

const CONNECT = 1;
/** The length has at most four bytes [MQTT-2.2.3]. */
const LENGTH_SCALE_MAX = 128 ** 3;
/** Packet types that a connected client may send: 3–8, 10, 12, 14 (MQTT 3.1.1, table 2.1). */
const FROM_CLIENTS = Array.from({ length: 16 }, (_, type) => (type >= 3 && type <= 8) || type === 10 || type === 12 || type === 14);
