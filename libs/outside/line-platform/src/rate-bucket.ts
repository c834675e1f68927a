/** A second's worth of requests, filled again as time passes. */
export class RateBucket {
  private readonly perSecond: number;
  private left: number;
  private filledAt: number;

  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond;
    this.left = perSecond;
    this.filledAt = now;
  }

  /** Takes one request out of the bucket; false when it is empty. */
  take(now: number): boolean {
    this.left = Math.min(this.perSecond, this.left + (Math.max(0, now - this.filledAt) / 1_000) * this.perSecond);
    this.filledAt = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
