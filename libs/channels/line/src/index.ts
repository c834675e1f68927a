export { boundHttp } from './bound-http.ts';
export type { HttpBounds } from './bound-http.ts';
export { verifyLineAccess } from './line-access.ts';
export type { LineAccess } from './line-access.ts';
export type { LineApiSettings } from './line-api.ts';
export { LineChannel } from './line-channel.ts';
export type { LineChannelSettings } from './line-channel.ts';
export { isSignedByLine } from './line-signature.ts';
export { TalkOverLine } from './talk-over-line.ts';
