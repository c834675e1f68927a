import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Nothing but what this page brings; the nonce is for the one style element that react-aria inserts (S27). */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Serves headquarters' page at /hq below the root of a place: files as they are, every other address below it is the page itself, which finds its
 * way, and its place, by the address.
 */
export function serveHq(app: NestExpressApplication): void {
  const root = join(projectRoot(), 'dist', 'web');
  const index = join(root, 'index.html');
  app.useStaticAssets(root, { prefix: '/hq/', index: false, redirect: false, maxAge: '1h' });
  const html = existsSync(index) ? readFileSync(index, 'utf8') : null;
  app.use('/hq', (request: Request, response: Response, next: NextFunction) => {
    // A file that is not there is missed as such: a page in place of a script would only be refused by the browser.
    if ((request.method !== 'GET' && request.method !== 'HEAD') || request.path.startsWith('/assets/')) {
      next();
      return;
    }
    if (html === null) {
      response.status(503).type('text/plain').send('The page is not built yet: run npm run build, then start again.\n');
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    response.setHeader('content-security-policy', policy(nonce));
    response.setHeader('cache-control', 'no-store');
    response.type('html').send(html.replaceAll('__CSP_NONCE__', nonce));
  });
}

/** The folder with package.json, whether this runs from the sources or from dist. */
function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
