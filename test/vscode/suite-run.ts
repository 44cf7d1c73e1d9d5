import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { ROOT, VSCODE_TEST } from '../../scripts/code-server/places';
import type { Host } from '../../scripts/code-server/server';
import { RESULTS, type Results } from './suite/results';

/** Stands for the extension under development; see its package.json. */
export const HARNESS = join(ROOT, 'test', 'vscode', 'harness');

/** Bundles the tests that run inside the extension host; gives the path for `extensionTestsPath`. */
export async function buildSuite(): Promise<string> {
  const suite = join(ROOT, 'test', 'vscode', 'suite');
  const outdir = join(VSCODE_TEST, 'suite');
  await build({
    entryPoints: [join(suite, 'index.ts'), join(suite, 'tests.ts')],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
  });
  return join(outdir, 'index.js');
}

/** Runs the tests inside a code-server's extension host with `folder` open; gives mocha's own results. */
export async function runSuite(host: Host, browser: Browser, folder: string, results: string): Promise<Results> {
  const tests = await buildSuite();
  const page = await browser.newPage();
  const ended = new Promise<void>((resolve) => {
    void page.exposeFunction('codeAutomationLog', () => {});
    void page.exposeFunction('codeAutomationExit', () => resolve());
  });
  await page.goto(
    host.address(folder, [
      ['extensionDevelopmentPath', host.uri(HARNESS)],
      ['extensionTestsPath', host.uri(tests)],
      ['extensionEnvironment', JSON.stringify({ [RESULTS]: results })],
      ['skipWelcome', 'true'],
    ]),
  );
  await ended;
  await page.close();
  return JSON.parse(await readFile(results, 'utf8'));
}
