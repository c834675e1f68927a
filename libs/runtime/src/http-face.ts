import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { serveHq } from './hq-page.ts';
import { describeApi } from './http/described.ts';
import type { Place } from './place.ts';

/** A body is a packet of readings (64 KiB, product §7) or a small form (S19). */
const OBS_BYTES_MAX = '64kb';
const JSON_BYTES_MAX = '100kb';

/** LINE's own limit is not told; F64 bounds what an unsigned stranger may make us read. */
const LINE_BYTES_MAX = '1mb';

const isLine = ({ url }: IncomingMessage): boolean => /^\/webhooks\/line(?:$|\?)/.test(url ?? '');
/** A form with every district of a city ticked. */
const FORM_BYTES_MAX = '64kb';

const isForm = ({ url }: IncomingMessage): boolean => /^\/(?:(?:mail|u|shelter)\/|family(?:$|\?))/.test(url ?? '');
const isObs = ({ url }: IncomingMessage): boolean => /^\/api\/v1\/devices\/[^/]+\/obs/.test(url ?? '');

/** Bodies, security headers (S27), headquarters' page, and in real life the API's own description, which holds for a drill as well. */
export function prepareHttp(app: NestExpressApplication, { place, overTls }: { readonly place: Place; readonly overTls: boolean }): void {
  app.disable('x-powered-by');
  // Readings arrive as bytes, whatever they call themselves: what is not JSON goes to quarantine and is acknowledged.
  app.useBodyParser('raw', { limit: OBS_BYTES_MAX, type: isObs });
  // The signature is over the bytes (D§3.5).
  app.useBodyParser('raw', { limit: LINE_BYTES_MAX, type: isLine });
  // Mail programs send the one click of RFC 8058 in either of two forms, so it is read as it comes.
  app.useBodyParser('raw', { limit: FORM_BYTES_MAX, type: isForm });
  app.useBodyParser('json', { limit: JSON_BYTES_MAX });
  const own = ["'self'"];
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'script-src': own,
          // The API's page brings its styles inline; headquarters' page has a policy of its own.
          'style-src': [...own, "'unsafe-inline'"],
          'img-src': [...own, 'data:'],
          'connect-src': own,
          'frame-ancestors': ["'none'"],
        },
      },
      strictTransportSecurity: overTls,
      referrerPolicy: { policy: 'no-referrer' },
    }),
  );
  serveHq(app);
  if (place.root !== '') return;
  describeApi(app);
}
