/**
 * Pretrained weights that come with Understudy (src/memory/pretrained-weights.ts): what a memory of STDLIB, the folder
 * of Python's standard library, learns of how to judge, first alone, from some of the files that the run learnt from,
 * then beside the run's network, from those that it did not.
 *
 *   npx understudy train STDLIB --seconds 480 --holdout every-10th --out RUN \
 *     --exclude 'asyncio/**' 'json/**' 'email/**' 'unittest/**'
 *   npx tsx scripts/pretrain-memory.ts RUN STDLIB
 *
 * The four packages are left out because `eval` measures on them. The shipped file was made of Python 3.11 with these
 * commands. They do not give it again: after so many seconds a network stands at another step each time. Whoever makes
 * the next file says `--epochs` instead, names the exact version of Python, and writes both into
 * native/memory/pretrained_weights.md.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../src/addon/package-root';
import { withModel } from '../src/cli/model';
import { findRun } from '../src/cli/run-paths';
import { loadCorpus } from '../src/corpus/corpus';
import { Memory } from '../src/memory/memory';
import { PRETRAINED_WEIGHTS_PATH } from '../src/memory/pretrained-weights';
import { predictionsOn } from '../src/simulation/bits';

/** Enough for all of the standard library. */
const BYTES = 512 * 2 ** 20;

async function main(path: string, folder: string): Promise<void> {
  const run = findRun(path);
  const { holdout, excludes } = run.info().request;
  const { train, validation } = await loadCorpus([resolve(folder)], { holdout, excludes });
  const memory = await Memory.build(train, { bytes: BYTES, pretrainedWeights: null });
  await withModel(run, undefined, { engine: 'auto' }, async (predictor) => {
    for (const file of validation) {
      await memory.open(file.name).train(file.symbols, await predictionsOn(predictor, file));
    }
  });
  const packed = gzipSync(memory.weights(), { level: 9 });
  writeFileSync(join(packageRoot(), PRETRAINED_WEIGHTS_PATH), packed);
  console.log(`${PRETRAINED_WEIGHTS_PATH}: ${packed.length} bytes`);
}

const [path, folder] = process.argv.slice(2);
void main(path!, folder!);
