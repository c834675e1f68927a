import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules among those of the tags that look at colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Everything that WCAG 2.2 AA asks for, as far as axe sees it. Our pages embed no other site's, so axe needs no page of its own to look into frames. */
export const axeOn = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode().withTags(TAGS);

/** The colours alone, for a page that was looked at in another theme: nothing else differs between the themes. */
export const axeOnColours = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode().withRules(OF_COLOURS);
