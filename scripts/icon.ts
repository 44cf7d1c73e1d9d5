/**
 * Draws media/icon.png, which the Marketplace shows, from media/icon.svg, in an installed Chromium or Chrome:
 *
 *   npm run icon
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser, launchBrowser } from './code-server/browser';
import { ROOT } from './code-server/places';

/** Pixels a side: enough for displays of high density. */
const SIZE = 256;

async function main(): Promise<void> {
  const executable = findBrowser();
  if (executable === null) {
    throw new Error('No Chromium or Chrome is installed (apt-get install chromium).');
  }
  const browser = await launchBrowser(executable);
  try {
    const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
    const svg = readFileSync(join(ROOT, 'media', 'icon.svg'), 'utf8');
    await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${svg}`);
    await page.screenshot({ path: join(ROOT, 'media', 'icon.png'), omitBackground: true });
  } finally {
    await browser.close();
  }
}

void main();
