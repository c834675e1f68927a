/** A problem with a body, as LINE reports it under `details`. */
export interface Problem {
  readonly message: string;
  readonly property: string;
}
