import { createHash } from 'node:crypto';

/** Markup that may go to a browser as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** A template that escapes every value, except what is `Html` already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  return new Html(parts.reduce((markup, part, index) => markup + markupOf(values[index - 1]!) + part));
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map((each) => each.markup).join('');
  return String(value).replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A style or script of our own with the source expression that lets exactly these bytes through a content security policy. */
export interface Inline {
  readonly element: Html;
  readonly source: string;
}

export function inline(tag: 'style' | 'script', content: string): Inline {
  const digest = createHash('sha256').update(content).digest('base64');
  return { element: new Html(`<${tag}>${content}</${tag}>`), source: `'sha256-${digest}'` };
}

/** Headers of a page that runs its own style and script and nothing else, and may ask its own server again; with `forms` it may also send to it. */
export const pageHeaders = (
  style: Inline,
  script: Inline,
  { forms = false }: { readonly forms?: boolean } = {},
): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${style.source}; script-src ${script.source}; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action ${forms ? "'self'" : "'none'"}`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
});

/**
 * Headers of a page without script whose forms go to its own server. The browser names this server as where a form comes from (`same-origin`, for
 * with `no-referrer` it would say `null` and the form would be taken for a stranger's), and no other server learns the address.
 */
export const formHeaders = (style: Inline): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${style.source}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
});
