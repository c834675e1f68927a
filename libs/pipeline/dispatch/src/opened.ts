import { type ChannelName, type Contact, CONTACTS_MAX, type Directory } from '#core';
import type { Work } from './work.ts';

/** Questions for contacts that are under way at once: while some are opened in their thread, others are read. */
const ASKED_MAX = 4;

/** Deliveries with the contacts of those who are still there, a few asked for together: one question to the directory for each mail would be dear. */
export async function* opened<W extends Work>(
  directory: Pick<Directory, 'contacts'>,
  channel: ChannelName,
  works: readonly W[],
): AsyncGenerator<readonly [W, readonly Contact[]]> {
  const ask = (part: readonly W[]) =>
    directory.contacts(
      channel,
      part.flatMap(({ delivery }) => delivery.recipients),
    );
  const parts = partsOf(works);
  const coming: Promise<readonly (Contact | null)[]>[] = [];
  for (const [index, part] of parts.entries()) {
    // The next ones are opened beside the process while these go out.
    for (let next = index + coming.length; next < parts.length && coming.length < ASKED_MAX; next += 1) {
      const asked = ask(parts[next]!);
      // Awaited in its turn; until then a failure is nobody's.
      asked.catch(() => undefined);
      coming.push(asked);
    }
    const contacts = await coming.shift()!;
    let at = 0;
    for (const work of part) {
      const own = contacts.slice(at, (at += work.delivery.recipients.length));
      yield [work, own.filter((contact) => contact !== null)];
    }
  }
}

/** Deliveries in groups of no more people than may be asked for at once. */
function partsOf<W extends Work>(works: readonly W[]): readonly (readonly W[])[] {
  const parts: W[][] = [];
  let people = 0;
  for (const work of works) {
    people += work.delivery.recipients.length;
    const part = parts.at(-1);
    if (part && people <= CONTACTS_MAX) part.push(work);
    else {
      parts.push([work]);
      people = work.delivery.recipients.length;
    }
  }
  return parts;
}
