/** Below which root of the service a page lies: real life, or the drill beside it. */
export type Site = '' | '/drill';

/** The site that an address belongs to. */
export const siteOf = (pathname: string): Site => (pathname === '/drill' || pathname.startsWith('/drill/') ? '/drill' : '');

/** Where this page was opened. It never changes: real life and a drill are two pages, with two sign-ins (F67). */
export const site: Site = siteOf(typeof location === 'undefined' ? '' : location.pathname);
