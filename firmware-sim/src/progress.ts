/** One line on a terminal that tells how far a long work is; silent in a pipe. */
export class Progress {
  private readonly stream: NodeJS.WriteStream;
  private timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream;
  }

  /** Shows `line` until `end`. */
  show(line: () => string): void {
    if (!this.stream.isTTY) return;
    this.timer = setInterval(() => this.stream.write(`\r\u001B[2K${line()}`), REFRESH_MS);
  }

  end(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.stream.write('\r\u001B[2K');
  }
}

const REFRESH_MS = 250;
