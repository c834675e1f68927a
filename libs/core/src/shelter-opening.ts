/** Whether people may come. Until somebody has said so of a shelter, nobody knows that it is open, so it is not told as open. */
export const SHELTER_OPENING_STATES = ['open', 'closed'] as const;
export type ShelterOpeningState = (typeof SHELTER_OPENING_STATES)[number];

/** What a member of staff said of a shelter. Never changed: whoever errs says it anew. */
export interface ShelterOpening {
  /** Derived from the key of the request, so that a repeat is the same. */
  readonly id: string;
  readonly shelter: string;
  readonly state: ShelterOpeningState;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

/** Which shelters are open, and who said so when. */
export abstract class ShelterOpenings {
  /** Resolves with what is kept under this id once it would survive a power cut: the given one, or the first of that id. */
  abstract say(opening: ShelterOpening): Promise<ShelterOpening>;

  /** The newest word on each shelter of which anything was said. */
  abstract current(): Promise<ReadonlyMap<string, ShelterOpening>>;

  /** What was said of one shelter, newest first. */
  abstract history(shelter: string, limit: number): Promise<readonly ShelterOpening[]>;
}
