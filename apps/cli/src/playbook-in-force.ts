import type { Playbook } from '#core';
import { playbookFrom } from '#playbook';
import type { SqlPlaybookVersions } from '#sql';

/** The playbook that a service used last, as it was then; null when its data does not hold one that this program can read. */
export async function playbookInForce(versions: SqlPlaybookVersions): Promise<Playbook | null> {
  const [use] = await versions.uses({ limit: 1 });
  const files = use && (await versions.files(use.version));
  return files ? playbookFrom(files) : null;
}
