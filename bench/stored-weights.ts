/**
 * What storing the weights in 8 bits costs: bits per character of the first held-out characters, read as a prediction
 * reads them, with the weights as they were trained, in fp32, and as they are stored, in the fastest mode.
 *
 *   npx tsx bench/stored-weights.ts RUN FOLDER [--characters 30000]
 */
import { parseArgs } from 'node:util';
import { joinFiles, loadCorpus } from '../src/corpus/corpus';
import { createNativeEngine, nativeModes } from '../src/engine/native/native-engine';
import { readCheckpoint } from '../src/model/checkpoint';
import { ALPHABET_SIZE, LINE_FEED_SYMBOL } from '../src/python/alphabet';
import { Run } from '../src/training/run';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { characters: { type: 'string', default: '30000' } },
});

async function main(): Promise<void> {
  const [run, folder] = positionals;
  const { metadata, parameters } = await readCheckpoint(new Run(run!).latestPath);
  const { validation } = await loadCorpus([folder!], { holdout: 'every-10th', excludes: [] });
  const text = joinFiles(validation).subarray(0, Number(values.characters));
  const inputs = new Uint8Array(text.length);
  inputs[0] = LINE_FEED_SYMBOL;
  inputs.set(text.subarray(0, -1), 1);
  const fp32 = nativeModes().find(({ numeric }) => numeric === 'fp32')!.name;
  const ways = { 'trained, fp32': { storedWeights: false, mode: fp32 }, 'stored, 8 bits': { storedWeights: true } };
  for (const [name, way] of Object.entries(ways)) {
    const engine = createNativeEngine({ threads: null, ...way });
    const predictor = await engine.createPredictor(metadata.model, parameters);
    const probabilities = await predictor.readEach(predictor.initialState(), inputs);
    const bits = text.reduce((sum, symbol, at) => sum - Math.log2(probabilities[at * ALPHABET_SIZE + symbol]!), 0);
    console.log(`${name} (${engine.mode}): ${(bits / text.length).toFixed(4)} bpc`);
    predictor.dispose();
  }
}

void main();
