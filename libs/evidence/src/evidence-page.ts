import { closingMark, languageTag, type Message } from '#core';
import { Html, html } from '#html';
import type { EvidenceFacts } from './evidence-facts.ts';
import { evidenceWords } from './evidence-words.ts';
import { CHART_HEIGHT, CHART_WIDTH } from './hydrograph.ts';

/** Colour of everything that is a drill, as on headquarters' page: none of the five official ones is near it. */
const DRILL = '#006f83';

/**
 * The page of a mail to staff. Mail programs run no script and drop most of what makes a page, so this is a column of plain elements that sets no
 * colour of text or ground: on dark ground it is as dark as the program wants, and the picture brings its own white.
 */
export function evidencePage({
  message,
  facts,
  chartId,
}: {
  readonly message: Pick<Message, 'subject' | 'body' | 'language' | 'status'>;
  readonly facts: EvidenceFacts;
  /** Null without a picture. */
  readonly chartId: string | null;
}): string {
  const { subject, body, language, status } = message;
  const ending = closingMark(message);
  const words = evidenceWords(language);
  const frame = status === 'actual' ? '' : `border:4px solid ${DRILL};border-radius:8px;`;
  return html`<!doctype html>
    <html lang="${languageTag(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${subject}</title>
      </head>
      <body
        style="margin:0;padding:16px;font-family:'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif;font-size:16px;line-height:1.6"
      >
        <div style="max-width:600px;margin:0 auto;padding:12px;${frame}">
          <h1 style="font-size:20px;line-height:1.4;margin:0 0 12px">${subject}</h1>
          ${body.split('\n').map((line) => (line === '' ? html`<br />` : html`<p style="margin:0">${line}</p>`))}
          <h2 style="font-size:17px;margin:24px 0 8px">${facts.title}</h2>
          ${chartId === null ? '' : chart(facts, chartId)} ${facts.limits.length === 0 ? '' : legend(facts)}
          ${chartId !== null && facts.isDoubtful ? html`<p style="margin:4px 0 0;font-size:15px">${words.legend}</p>` : ''}
          <p style="margin:12px 0 0"><b>${words.rule}</b> ${facts.rule}</p>
          ${facts.verdict === '' ? '' : html`<p style="margin:0"><b>${words.verdict}</b> ${facts.verdict}</p>`}
          <h3 style="font-size:16px;margin:16px 0 4px">${words.readings}</h3>
          ${facts.readings.length === 0 ? html`<p style="margin:0">${words.none}</p>` : readings(facts, words)}
          <p style="margin:16px 0 0">
            <a
              href="${facts.pageUrl}"
              style="display:inline-block;padding:12px 20px;border:2px solid currentColor;border-radius:8px;font-weight:bold"
              >${words.page}</a
            >
          </p>
          <p style="margin:12px 0 0;font-size:14px">
            <a href="${facts.chainUrl}">${words.chain}</a><br />${words.version} ${facts.version}
          </p>
          ${ending === '' ? '' : html`<p style="margin:16px 0 0">${ending}</p>`}
        </div>
      </body>
    </html>`.markup;
}

const chart = ({ chartText }: EvidenceFacts, chartId: string): Html =>
  html`<img
    src="cid:${chartId}"
    alt="${chartText}"
    width="${CHART_WIDTH / 2}"
    height="${CHART_HEIGHT / 2}"
    style="display:block;max-width:100%;height:auto;border:1px solid #767676;border-radius:4px;background:#ffffff"
  />`;

/** Each letter in a box of its colour, white on it: readable on light and on dark ground. */
const legend = ({ limits }: EvidenceFacts): Html =>
  html`<p style="margin:8px 0 0;font-size:15px">
    ${limits.map(
      ({ letter, name, text, colour }) =>
        html`<span style="white-space:nowrap"
            ><b
              style="display:inline-block;min-width:20px;padding:0 4px;text-align:center;color:#ffffff;background:rgb(${colour.join(',')});border-radius:4px"
              >${letter}</b
            >
            ${name} ${text}</span
          >&#8195;`,
    )}
  </p>`;

function readings({ readings: rows, more }: EvidenceFacts, words: ReturnType<typeof evidenceWords>): Html {
  const cell = 'padding:4px 8px;border-bottom:1px solid #949494;text-align:left;vertical-align:top';
  const names = new Set(rows.map(({ gauge }) => gauge)).size > 1;
  return html`<table style="border-collapse:collapse;width:100%;font-size:15px">
      <thead>
        <tr>
          ${[words.time, ...(names ? [''] : []), words.value, words.quality, words.age].map((title) => html`<th scope="col" style="${cell}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ time, gauge, value, quality, age }) =>
            html`<tr>
              ${[time, ...(names ? [gauge] : []), value, quality, age].map((text) => html`<td style="${cell}">${text}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${more > 0 ? html`<p style="margin:4px 0 0">+${more}</p>` : ''}`;
}
