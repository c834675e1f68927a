import { createContext, useContext } from 'react';
import type { SessionDto } from '#wire';

export const SessionContext = createContext<SessionDto | null>(null);

/** Who is looking. */
export function useSession(): SessionDto {
  const session = useContext(SessionContext);
  if (!session) throw new Error('the session is used outside of its provider');
  return session;
}

/** Whose acknowledgement the service takes. It decides again by itself; the page only says so before somebody tries in vain. */
const ACKNOWLEDGING = new Set(['operator', 'duty', 'decider', 'admin']);

/** Whose answer counts towards the end of an escalation. */
const ANSWERING = new Set(['duty', 'decider', 'admin']);

export const mayAnswer = ({ role }: SessionDto): boolean => ANSWERING.has(role);

/** Whose silence the service takes: words to staff from those on duty, words to residents from a decider. */
export const maySilence = ({ role }: SessionDto, cover: 'staff' | 'congestion' | 'flood'): boolean =>
  role === 'decider' || (cover === 'staff' && (role === 'duty' || role === 'admin'));

/** Who may read what was done by whom. */
export const mayReadAudit = ({ role }: SessionDto): boolean => role === 'auditor' || role === 'admin';

export const mayAcknowledge = ({ role }: SessionDto): boolean => ACKNOWLEDGING.has(role);

const PROPOSING = new Set(['duty', 'decider']);

/** Who may propose orders, and withdraw what is proposed. */
export const mayPropose = ({ role }: SessionDto): boolean => PROPOSING.has(role);

/** Who may decide on orders. */
export const mayDecide = ({ role }: SessionDto): boolean => role === 'decider';
