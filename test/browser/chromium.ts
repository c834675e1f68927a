import { existsSync } from 'node:fs';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** So long a page may take to show what a test waits for, on a machine that is slow and busy. */
const PATIENCE_MS = 120_000;

/** Starts a Chromium wherever npm runs: `CHROMIUM_PATH`, else the machine's own, else the one in the npm package (Linux x64). */
export async function startChromium(): Promise<Browser> {
  const browser = await chromium.launch({ timeout: PATIENCE_MS, ...(await program()) });
  return browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
}

async function program(): Promise<LaunchOptions> {
  const own = process.env['CHROMIUM_PATH'] ?? PLACES.find((path) => existsSync(path));
  if (own) return { executablePath: own };
  const packed = await import('@sparticuz/chromium');
  // Its own list of arguments adds --single-process, which falls over with several contexts.
  return { executablePath: await packed.default.executablePath(), args: ['--no-sandbox', '--headless=new'] };
}
