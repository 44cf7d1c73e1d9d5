/**
 * Takes the picture of docs/talk.md that shows how far back networks see, as the panel draws it. Needs Chromium or
 * Chrome, after `npm run build`.
 *
 *   npx understudy eval RUN FOLDER --epoch 1 --context --json > gru.json
 *   npx tsx scripts/context-picture.ts gru.json rnn.json --epoch 1
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { MeasuredContext } from '../src/protocol/measured-context';
import { ReadContext, ReadRuns } from '../src/protocol/messages';
import type { RunDetails } from '../src/protocol/run-summary';
import { markedTraining } from '../test/panel/marked-training';
import { PanelPage } from '../test/panel/page';
import { findBrowser, launchBrowser } from './code-server/browser';
import { ROOT } from './code-server/places';
import { decode, encodeWithPalette } from './pictures/palette-png';

/** What `eval --context --json` prints. */
type Printed = Pick<MeasuredContext, 'characters' | 'reaches' | 'closers'> & {
  readonly network: RunDetails;
  readonly characters_with_closers: number;
};

/** Of a training, what this section does not show. */
const UNSEEN = {
  ...{ preset: 'talk', parameters: 0, batch: 100, seqlen: 30, seed: 1, engine: '', mode: '' },
  ...{ isComplete: true, characters: 0, seconds: 0, best: null, curve: [] },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { epoch: { type: 'string' } } });

async function main(): Promise<void> {
  const epoch = Number(values.epoch);
  const measured = positionals.map((path) => measuredIn(JSON.parse(readFileSync(path, 'utf8')), epoch));
  const runs = measured.map(({ cell, layers, units }, i) => ({
    ...{ id: String(i), name: `training ${i + 1}`, created: '', bytes: 0, isCurrent: i === 0 },
    details: { ...UNSEEN, cell, layers, units, epoch, checkpoints: [epoch] },
  }));
  const browser = await launchBrowser(findBrowser()!);
  try {
    const panel = await PanelPage.open(browser, { theme: 'light', width: 900 });
    const status = { kind: 'ready', model: { epoch, bpc: null, memory: false } } as const;
    await panel.tell({ kind: 'history', status, events: markedTraining() });
    await panel.page.locator('#tab-inside').click();
    await panel.answer(ReadRuns, undefined, { runs });
    await panel.page.locator('#context-second').selectOption(`${epoch} 1`);
    for (const [i, context] of measured.entries()) {
      await panel.answer(ReadContext, { run: String(i), epoch }, context);
    }
    await panel.page.locator('#context-closers .line-2').waitFor();
    await panel.page.evaluate(
      "document.querySelectorAll('#context .fields, #context .context-why').forEach(e => e.remove())",
    );
    const png = await panel.page.locator('#context').screenshot();
    writeFileSync(join(ROOT, 'docs', 'pictures', 'long-context.png'), encodeWithPalette(await decode(browser, png)));
  } finally {
    await browser.close();
  }
}

function measuredIn(printed: Printed, epoch: number): MeasuredContext {
  const { network, characters, reaches, characters_with_closers: read, closers } = printed;
  const { cell, layers, units } = network;
  return { epoch, cell, layers, units, text: '', isHeldOut: true, characters, reaches, read, closers };
}

void main();
