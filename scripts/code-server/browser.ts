import { type Browser, chromium } from 'playwright-core';
import { findProgram, isExecutable } from './programs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const ON_A_MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** Path of an installed Chromium, Chrome or Edge, or null. */
export function findBrowser(): string | null {
  return findProgram(NAMES) ?? ON_A_MAC.find(isExecutable) ?? null;
}

/** A headless browser that talks to nobody but the page it is sent to. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
