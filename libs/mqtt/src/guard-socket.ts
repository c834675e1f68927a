import type { Duplex } from 'node:stream';
import { type Breach, FrameMeter } from './frame-meter.ts';

/**
 * Stands between a socket and the broker: what the broker reads was measured before. At a breach the socket is destroyed, the broker gets
 * nothing of the read in which it was found, and `onBreach` is told.
 *
 * It also hands out all that has arrived in one read: since Node 26 `read()` returns one buffer at a time, while aedes 1.2 reads once per
 * 'readable' and would wait for the rest for ever.
 */
export function guardSocket<T extends Duplex>(socket: T, onBreach: (breach: Breach) => void): T {
  const meter = new FrameMeter();
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  socket.read = (size?: number | null): Buffer | null => {
    if (size !== undefined && size !== null) return read(size);
    const first = measured();
    if (first === null) return null;
    let next = measured();
    if (next === null) return socket.destroyed ? null : first;
    const parts = [first];
    for (; next !== null; next = measured()) parts.push(next);
    return socket.destroyed ? null : Buffer.concat(parts);
  };
  return socket;

  function measured(): Buffer | null {
    const part = read();
    if (part === null) return null;
    const breach = meter.feed(part);
    if (breach === null) return part;
    onBreach(breach);
    socket.destroy();
    return null;
  }
}
