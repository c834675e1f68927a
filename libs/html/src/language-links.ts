import { type Html, html } from './html.ts';

/** A language that a page is there in. */
export interface PageLanguage {
  /** By which the page is asked for. */
  readonly code: string;
  /** BCP 47. */
  readonly tag: string;
  /** In its own words, so that whoever cannot read the page finds it. */
  readonly name: string;
}

/** Links to a page in its other languages, by `?lang=`; the present one stands among them without a link. */
export function languageLinks({
  path,
  current,
  languages,
  label,
}: {
  readonly path: string;
  readonly current: string;
  readonly languages: readonly PageLanguage[];
  readonly label: string;
}): Html {
  const links = languages.map(({ code, tag, name }) =>
    code === current
      ? html`<li><b lang="${tag}" aria-current="true">${name}</b></li>`
      : html`<li><a href="${path}?lang=${code}" lang="${tag}" hreflang="${tag}">${name}</a></li>`,
  );
  return html`<nav aria-label="${label}">
    <ul>
      ${links}
    </ul>
  </nav>`;
}
