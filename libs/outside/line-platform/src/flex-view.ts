import { Html, html } from '#html';

type Fields = Readonly<Record<string, unknown>>;

/** Sizes of text and of gaps in pixels, as phones draw them at their usual setting. */
const TEXT_PX: Readonly<Record<string, number>> = {
  xxs: 11,
  xs: 13,
  sm: 14,
  md: 16,
  lg: 19,
  xl: 22,
  xxl: 27,
  '3xl': 30,
  '4xl': 34,
  '5xl': 38,
};
const GAP_PX: Readonly<Record<string, number>> = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER_PX: Readonly<Record<string, number>> = { none: 0, light: 0.5, normal: 1, medium: 2, 'semi-bold': 3, bold: 4 };

/** A Flex message as a phone draws it, as far as `problemsOfFlex` lets it through; nothing for what is none. */
export function flexView(contents: unknown): Html {
  const fields = fieldsOf(contents);
  if (fields['type'] === 'carousel') return html`<div class="carousel">${listOf(fields['contents']).map(bubbleView)}</div>`;
  return bubbleView(fields);
}

function bubbleView(bubble: Fields): Html {
  const blocks = ['header', 'body', 'footer'].filter((name) => bubble[name] !== undefined);
  return html`<div class="bubble">
    ${blocks.map((name) => {
      const block = fieldsOf(bubble[name]);
      return boxView({ ...block, paddingAll: block['paddingAll'] ?? (name === 'footer' ? '10px' : '20px') });
    })}
  </div>`;
}

function componentView(component: Fields): Html {
  switch (component['type']) {
    case 'box':
      return boxView(component);
    case 'text':
      return html`<p style="${textStyle(component)}">${String(component['text'])}</p>`;
    case 'separator':
      return html`<hr style="${styleOf({ 'border-top-color': component['color'] })}" />`;
    case 'button': {
      const { label = '', uri, data, displayText = '' } = fieldsOf(component['action']);
      if (typeof uri === 'string' && /^https?:/.test(uri))
        return html`<a class="button" href="${uri}" rel="noreferrer">${String(label)}</a>`;
      return typeof data === 'string'
        ? html`<button type="button" class="button" data-do="button" data-value="${data}" data-shown="${String(displayText)}">
            ${String(label)}
          </button>`
        : html`<span class="button">${String(label)}</span>`;
    }
    default:
      return html``;
  }
}

function boxView(box: Fields): Html {
  const style = styleOf({
    'flex-direction': box['layout'] === 'vertical' ? 'column' : 'row',
    'align-items': box['alignItems'],
    'justify-content': box['justifyContent'],
    gap: pixels(box['spacing'], GAP_PX),
    ...placingOf(box),
    'background-color': box['backgroundColor'],
    'border-color': box['borderColor'],
    'border-width': pixels(box['borderWidth'], BORDER_PX),
    'border-radius': pixels(box['cornerRadius'], GAP_PX),
    padding: pixels(box['paddingAll'], GAP_PX),
    width: box['width'],
  });
  return html`<div class="box" style="${style}">${listOf(box['contents']).map(componentView)}</div>`;
}

const textStyle = (text: Fields): string =>
  styleOf({
    ...placingOf(text),
    color: text['color'],
    'font-size': pixels(text['size'] ?? 'md', TEXT_PX),
    'font-weight': text['weight'],
    'text-align': text['align'],
    'white-space': text['wrap'] === true ? 'pre-wrap' : 'nowrap',
  });

const placingOf = ({ flex, margin }: Fields): Readonly<Record<string, unknown>> => ({
  flex: typeof flex !== 'number' ? undefined : flex === 0 ? 'none' : `${flex} 1 0`,
  'margin-top': pixels(margin, GAP_PX),
});

const pixels = (value: unknown, named: Readonly<Record<string, number>>): string | undefined =>
  typeof value === 'string' ? (named[value] === undefined ? value : `${named[value]}px`) : undefined;

/** Declarations whose values are plain words, numbers and colours; whatever else somebody wrote into a message is left out. */
const styleOf = (declarations: Readonly<Record<string, unknown>>): string =>
  Object.entries(declarations)
    .filter(([, value]) => typeof value === 'string' && /^[#%.\w -]{1,40}$/.test(value))
    .map(([name, value]) => `${name}:${String(value)}`)
    .join(';');

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
