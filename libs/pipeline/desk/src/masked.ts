/** An address so that the one who holds it recognises it and nobody else can write to it: `U4…9f3a`, `n…@mail.example.jp`. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address[0]}…${address.slice(at)}`;
  return address.length <= SHOWN_MIN ? '…' : `${address.slice(0, 2)}…${address.slice(-4)}`;
}

/** Fewer characters would be shown nearly whole. */
const SHOWN_MIN = 12;
