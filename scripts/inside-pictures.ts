/**
 * Takes the pictures of docs/looking-inside.md: the panel's view into a real network, with a unit that tracks brackets,
 * one that tracks strings, and what a prediction looked back at. Needs Chromium or Chrome, after `npm run build`.
 *
 *   npx tsx scripts/inside-pictures.ts RUN FILE --lines 10-40 [--back-from TEXT]
 *
 * RUN is a run folder, FILE the Python whose lines are looked into; it is looked back from the last character of the
 * last occurrence of TEXT in them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { UnitProperty } from '../src/protocol/inspection';
import { Activation, Inspect, LookBack, Units } from '../src/protocol/messages';
import { WorkspaceReader } from '../src/reader/workspace-reader';
import { EpochNetworks } from '../src/server/services/epoch-networks';
import { Inspection } from '../src/server/services/inspection';
import { DEFAULTS } from '../src/server/services/settings';
import { UnitRankings } from '../src/server/services/unit-rankings';
import { Run } from '../src/training/run';
import { PanelPage } from '../test/panel/page';
import { findBrowser, launchBrowser } from './code-server/browser';
import { ROOT } from './code-server/places';
import { decode, encodeWithPalette } from './pictures/palette-png';

const PICTURES = join(ROOT, 'docs', 'pictures');
const NEVER = new AbortController().signal;
const PICTURE_NAMES = { bracketDepth: 'bracket-depth', inString: 'in-string' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: 'string', default: '1-30' }, 'back-from': { type: 'string', default: ')' } },
});

async function main(): Promise<void> {
  const [runFolder, file] = positionals;
  const run = new Run(runFolder!);
  const checkpoints = { pathOf: () => run.newest()!, identityOf: (path: string) => path };
  const networks = new EpochNetworks({ checkpoints, settings: async () => DEFAULTS });
  const shared = { networks, untilIdle: async () => {}, closing: NEVER };
  const reader = new WorkspaceReader({ folders: async () => [], excludes: async () => [], log: console.error });
  const services = {
    inspection: new Inspection(shared),
    unitRankings: new UnitRankings({ ...shared, checkpoints, reader }),
  };
  const browser = await launchBrowser(findBrowser()!);
  try {
    mkdirSync(PICTURES, { recursive: true });
    const panel = await PanelPage.open(browser, { theme: 'light', width: 1000 });
    const status = { kind: 'ready', model: { epoch: 1, bpc: null, memory: false } } as const;
    await panel.tell({ kind: 'history', status, events: run.events().filter(({ kind }) => kind !== 'sample') });
    await takePictures(panel, services, linesOf(file!));
  } finally {
    await browser.close();
    networks.forget();
  }
}

function linesOf(file: string): string {
  const [from, to] = values.lines.split('-').map(Number);
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(from! - 1, to)
    .join('\n');
}

interface Services {
  readonly inspection: Inspection;
  readonly unitRankings: UnitRankings;
}

async function takePictures(panel: PanelPage, { inspection, unitRankings }: Services, text: string): Promise<void> {
  const { page } = panel;
  const what = { text, epoch: null };
  const shoot = async (name: string) => {
    const png = await page.locator('#inspect').screenshot();
    writeFileSync(
      join(PICTURES, `inside-${name}.png`),
      encodeWithPalette(await decode(page.context().browser()!, png)),
    );
  };
  await panel.tell({ kind: 'inspect', text });
  const inspected = await inspection.inspect(what, NEVER);
  await panel.answer(Inspect, what, inspected);
  await page.locator('#inspected').waitFor();
  await page.evaluate("document.querySelector('#inspect-form').remove()");
  await page.evaluate("document.querySelector('#inspected').style.maxHeight = 'none'");

  const at = text.lastIndexOf(values['back-from']) + values['back-from'].length - 1;
  await page.locator(`#inspected [data-at="${at}"]`).click();
  await panel.answer(LookBack, { ...what, at }, await inspection.lookBack({ ...what, at }, NEVER));
  await page.locator('#inspected.look-back').waitFor();
  await shoot('look-back');
  await page.keyboard.press('Escape');

  const ranked = await unitRankings.units({ epoch: null }, NEVER);
  await page.locator('#colouring input[value="activation"]').check();
  await panel.answer(Units, { epoch: null }, ranked);
  const best = (property: UnitProperty) => ranked.rankings.find((ranking) => ranking.property === property)!.units[0]!;
  for (const property of ['bracketDepth', 'inString'] as const) {
    const { layer, unit, correlation } = best(property);
    console.log(`${property}: layer ${layer + 1}, unit ${unit + 1}, correlation ${correlation.toFixed(2)}`);
    await page.locator('#ranked-units').selectOption(`${layer} ${unit}`);
    const activations = await inspection.activation({ ...what, layer, unit }, NEVER);
    await panel.answer(Activation, { ...what, layer, unit }, activations);
    await page.locator('#inspected.activation').waitFor();
    await shoot(PICTURE_NAMES[property]);
  }
  console.log(`epoch ${inspected.epoch}, ${ranked.characters} characters`);
}

void main();
