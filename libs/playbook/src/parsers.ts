import type { Playbook, PlaybookFiles } from '#core';
import type { Example } from './load-examples.ts';
import type { Loaded } from './load-playbook.ts';
import type { Problem } from './problem.ts';

/*
 * What reads a playbook's files, loaded when it is called for the first time: a running service leaves them to another process, and the parsers
 * with their schemas would be megabytes of its memory.
 */

/** Reads a playbook folder and checks it as a whole; never throws for what is in it. The examples are read by `loadExamples`. */
export const loadPlaybook = async (folder: string): Promise<Loaded> => (await import('./load-playbook.ts')).loadPlaybook(folder);

/** A version as it was kept, read anew; null when it does not check clean any more. */
export const playbookFrom = async (files: PlaybookFiles): Promise<Playbook | null> =>
  (await import('./load-playbook.ts')).playbookFrom(files);

/** Everything that is wrong with a playbook folder, its examples included. These can only be judged once the playbook itself has no error. */
export const checkPlaybook = async (folder: string): Promise<readonly Problem[]> =>
  (await import('./check-playbook.ts')).checkPlaybook(folder);

/** The stories of a playbook folder, and what is wrong with them. */
export const loadExamples = async (
  folder: string,
  playbook: Playbook,
): Promise<{ readonly examples: readonly Example[]; readonly problems: readonly Problem[] }> =>
  (await import('./load-examples.ts')).loadExamples(folder, playbook);

/** A rule as headquarters wrote it, with its comments; null when the files hold no such rule. */
export const ruleTextOf = async (files: PlaybookFiles, ruleId: string): Promise<string | null> =>
  (await import('./rule-text.ts')).ruleTextOf(files, ruleId);
