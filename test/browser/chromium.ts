import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Starts a Chromium wherever npm runs: `CHROMIUM_PATH`, else the machine's own, else the one in the npm package (Linux x64). */
export async function startChromium(): Promise<Browser> {
  const own = process.env['CHROMIUM_PATH'] ?? PLACES.find((path) => existsSync(path));
  if (own) return chromium.launch({ executablePath: own });
  const packed = await import('@sparticuz/chromium');
  // Its own list of arguments adds --single-process, which falls over with several contexts.
  return chromium.launch({ executablePath: await packed.default.executablePath(), args: ['--no-sandbox', '--headless=new'] });
}
