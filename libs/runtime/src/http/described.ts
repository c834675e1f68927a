import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ApiResponseOptions } from '@nestjs/swagger';

/*
 * What controllers say about themselves for the API's description, under the names of `@nestjs/swagger`. It is noted down, and the library is
 * loaded when somebody asks for the description: that is rare, and it would be a tenth of an idle service's heap.
 */

type Swagger = typeof import('@nestjs/swagger');
type Saying = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

/** Each controller and method says the same once in the life of the process. */
const notes: ((swagger: Swagger) => void)[] = [];

const noted =
  (decorator: (swagger: Swagger) => ClassDecorator | MethodDecorator): Saying =>
  (target, key, descriptor) =>
    void notes.push((swagger) => (decorator(swagger) as Saying)(target, key, descriptor));

/** As `ApiTags` of the library. */
export const ApiTags = (...tags: readonly string[]): Saying => noted((swagger) => swagger.ApiTags(...tags));

/** As `ApiResponse` of the library. */
export const ApiResponse = (options: ApiResponseOptions): Saying => noted((swagger) => swagger.ApiResponse(options));

/** As `ApiProduces` of the library. */
export const ApiProduces = (...types: readonly string[]): Saying => noted((swagger) => swagger.ApiProduces(...types));

/** As `ApiExcludeController` of the library. */
export const ApiExcludeController = (): Saying => noted((swagger) => swagger.ApiExcludeController());

/** Everything below `/api` but the API itself. */
const OF_DESCRIPTION = /^\/api(?:$|[?-]|\/(?!v\d))/;

/** Serves the API's own description at `/api`, and as a document at `/api/openapi.json`. To be called before the application listens. */
export function describeApi(app: NestExpressApplication): void {
  let site: Promise<Site> | null = null;
  app.use((request: Request, response: unknown, next: (cause?: unknown) => void) => {
    if (!OF_DESCRIPTION.test(request.url)) return next();
    site ??= descriptionOf(app);
    // oxlint-disable-next-line promise/no-callback-in-promise -- Express takes callbacks
    site.then((serve) => serve(request, response, next), next);
  });
}

type Request = { readonly url: string };
type Site = (request: Request, response: unknown, next: (cause?: unknown) => void) => void;

async function descriptionOf(app: NestExpressApplication): Promise<Site> {
  const [swagger, { ExpressAdapter }] = await Promise.all([import('@nestjs/swagger'), import('@nestjs/platform-express')]);
  for (const note of notes.splice(0)) note(swagger);
  const description = new swagger.DocumentBuilder()
    .setTitle('Sonae')
    .setDescription('Readings, alerts and deliveries of a municipality')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .build();
  const document = swagger.SwaggerModule.createDocument(app, description);
  // A running application takes no more routes before its answer to unknown ones: the pages are served by one of their own.
  const adapter = new ExpressAdapter();
  const pages = {
    getHttpAdapter: () => adapter,
    useStaticAssets: (path: string, options: { readonly prefix: string }) => adapter.useStaticAssets(path, options),
  } as unknown as NestExpressApplication;
  swagger.SwaggerModule.setup('api', pages, document, { jsonDocumentUrl: 'api/openapi.json' });
  const site = adapter.getInstance<Site & { disable(setting: string): void }>();
  site.disable('x-powered-by');
  return site;
}
