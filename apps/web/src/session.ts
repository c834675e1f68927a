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

/** Who may prepare and begin a drill. */
export const mayHoldDrill = ({ role }: SessionDto): boolean => role === 'decider' || role === 'admin';

/** Who may end a drill: it is the safe side. */
export const mayEndDrill = ({ role }: SessionDto): boolean => ANSWERING.has(role);

/** Who may read where residents need help, and act on it. */
export const mayReadReports = ({ role }: SessionDto): boolean => ACKNOWLEDGING.has(role);

/** Who may say that a shelter is open or closed. */
export const mayOpenShelter = ({ role }: SessionDto): boolean => ACKNOWLEDGING.has(role);

/** Who may work off what did not arrive. */
export const maySettleDead = ({ role }: SessionDto): boolean => ANSWERING.has(role);

/** Who may let held messages go. */
export const mayRelease = ({ role }: SessionDto): boolean => role === 'decider' || role === 'admin';
