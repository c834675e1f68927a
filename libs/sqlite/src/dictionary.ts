import type { DatabaseFile } from './database-file.ts';

/** Table of a dictionary, for the migrations of whoever uses one. */
export const DICTIONARY_TABLE = 'create table word (id integer primary key, text text not null unique) strict;';

/** Numbers for words that come again and again (gauges, quantities, flags): a row then takes a few bytes instead of some forty. */
export class Dictionary {
  readonly #ids = new Map<string, number>();
  readonly #words = new Map<number, string>();
  /** Given in the transaction under way, and void if it fails. */
  #fresh: string[] = [];
  readonly #insert;
  readonly #byId;

  constructor(file: DatabaseFile) {
    this.#insert = file.toWrite('insert into word (text) values (?)');
    this.#byId = file.toRead('select text from word where id = ?');
    for (const [id, text] of file.toRead('select id, text from word').all() as unknown as [number, string][]) {
      this.#ids.set(text, id);
      this.#words.set(id, text);
    }
  }

  /** The number of a word; a new word is written, so this belongs inside a commit. */
  idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = Number(this.#insert.run(word).lastInsertRowid);
    this.#ids.set(word, id);
    this.#fresh.push(word);
    return id;
  }

  /** The number of a word that may never have been written. */
  knownId(word: string): number | undefined {
    return this.#ids.get(word);
  }

  wordOf(id: number): string {
    const known = this.#words.get(id);
    if (known !== undefined) return known;
    const [text] = this.#byId.get(id) as unknown as [string];
    this.#words.set(id, text);
    return text;
  }

  /** Runs a commit and forgets the numbers it gave if it failed. */
  around<T>(commit: () => T): T {
    try {
      return commit();
    } catch (cause) {
      for (const word of this.#fresh) this.#ids.delete(word);
      throw cause;
    } finally {
      this.#fresh = [];
    }
  }
}
