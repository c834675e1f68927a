/** An address so that the one who holds it recognises it and nobody else can write to it: `U4…9f3a`, `n…@mail.example.jp`. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address[0]}…${address.slice(at)}`;
  return address.length <= SHOWN_MIN ? '…' : `${address.slice(0, 2)}…${address.slice(-4)}`;
}

/** Fewer characters would be shown nearly whole. */
const SHOWN_MIN = 12;

/** A shorter rest of an address at the end of a text that was cut is a word like any other. */
const REST_MIN = 4;
/** Local parts that are everybody's words (`info`, `me`) stand for nobody when they stand alone. */
const LOCAL_MIN = 5;

/**
 * A text of the other side without the addresses it was about: mail servers repeat them in their answers, whole or the part before the @, and a
 * text that was cut off may end within one. What is stored of an attempt must not hold them (S39).
 */
export function withoutAddresses(text: string, addresses: readonly string[]): string {
  let clean = text;
  for (const address of addresses) {
    if (mayHold(clean, address)) clean = without(clean, address);
  }
  return clean;
}

/** A chunk of LINE has five hundred ids and an answer that names none of them: looking once is cheap, replacing is not. */
const mayHold = (text: string, address: string): boolean => text.toLowerCase().includes(address.slice(0, REST_MIN).toLowerCase());

function without(text: string, address: string): string {
  const clean = text.replaceAll(new RegExp(literal(address), 'gi'), masked(address));
  const at = address.lastIndexOf('@');
  return withoutRest(at < LOCAL_MIN ? clean : clean.replaceAll(wholeWord(address.slice(0, at)), `${address[0]}…`), address);
}

const wholeWord = (word: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${literal(word)}(?![\\p{L}\\p{N}])`, 'giu');

/** Nothing but what the pattern syntax itself uses: any other character after a backslash, a hyphen too, is an error in a pattern of Unicode. */
const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

function withoutRest(text: string, address: string): string {
  const [said, form] = [text.toLowerCase(), address.toLowerCase()];
  for (let length = Math.min(form.length - 1, said.length); length >= REST_MIN; length -= 1) {
    if (said.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}…`;
  }
  return text;
}
