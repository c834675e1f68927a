/** The oldest Node that has what this code uses: `Temporal`, `node:sqlite` and argon2 built in. */
export const NODE_MAJOR_MIN = 26;

/** Why this Node cannot run the service, and what to do; null when it can. */
export function nodeObjection(version: string = process.versions.node): string | null {
  if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN) return null;
  return `Sonae needs Node ${NODE_MAJOR_MIN} and this is ${version}. Start it with npm (npm start, npm run demo), which brings the right one, or install Node ${NODE_MAJOR_MIN}.`;
}
