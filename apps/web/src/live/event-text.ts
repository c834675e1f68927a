/** One event of a text/event-stream. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Longer than the largest snapshot of 1,000 gauges by far; a stream without line ends must not fill the memory. */
const PENDING_CHARS_MAX = 32 * 1024 * 1024;

/**
 * Reads a text/event-stream piece by piece (HTML standard, 9.2.6). The page reads the stream itself because EventSource tells neither a 401
 * nor the silence of a half-open line, and forgets the last id when it is made anew.
 */
export class EventText {
  #pending = '';
  #id: string;
  #type = '';
  #data: string[] = [];

  constructor(lastEventId = '') {
    this.#id = lastEventId;
  }

  /** Takes the next piece and returns the events that it completed. Throws RangeError when an event passes every bound. */
  feed(piece: string): StreamEvent[] {
    this.#pending += piece;
    if (this.#pending.length > PENDING_CHARS_MAX) throw new RangeError('an event of the live stream is too long');
    const events: StreamEvent[] = [];
    // A CR at the very end may be the first half of CR LF: it waits for the next piece.
    const lines = this.#pending.split(/\r\n|\n|\r(?!$)/);
    this.#pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        this.#take(line);
        continue;
      }
      if (this.#data.length > 0) events.push({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') });
      this.#type = '';
      this.#data = [];
    }
    return events;
  }

  #take(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }
}
