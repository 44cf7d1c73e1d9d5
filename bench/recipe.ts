/**
 * What a recipe learns from so many characters, for tuning: the time it takes does not count, so other work may go on beside.
 *
 *   npx tsx bench/recipe.ts FOLDER --characters 3000000 [--batch 32] [--seqlen 64] [--peak 0.003] [--initialisation seeing]
 *     [--weight-decay 0.4] [--threads 1] [--mode fp32-avx512]
 *
 * The files are held out as by --holdout every-10th; bits per character are of the first 150,000 characters held out.
 */
import { parseArgs } from 'node:util';
import { joinFiles, loadCorpus } from '../src/corpus/corpus';
import { Minibatches } from '../src/corpus/minibatches';
import { createNativeEngine } from '../src/engine/native/engine';
import { TALK_MODEL } from '../src/model/config';
import { type Initialisation, initialTrainingState } from '../src/model/initialise';
import { evaluate, FINAL_CHARACTERS } from '../src/training/evaluate';
import { learningRateAt, weightDecayAt } from '../src/training/schedule';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    characters: { type: 'string', default: '3000000' },
    batch: { type: 'string', default: '32' },
    seqlen: { type: 'string', default: '64' },
    peak: { type: 'string', default: '0.003' },
    initialisation: { type: 'string', default: 'seeing' },
    threads: { type: 'string', default: '1' },
    mode: { type: 'string' },
    'weight-decay': { type: 'string', default: '0.4' },
  },
});

async function main(): Promise<void> {
  const [batch, seqlen, peak] = [values.batch, values.seqlen, values.peak].map(Number);
  const { train, validation } = await loadCorpus(positionals, { holdout: 'every-10th', excludes: [] });
  const minibatches = new Minibatches(joinFiles(train), batch, seqlen);
  const { mode } = values;
  const engine = createNativeEngine({ threads: Number(values.threads), ...(mode === undefined ? {} : { mode }) });
  const state = initialTrainingState(TALK_MODEL, batch, 1, values.initialisation as Initialisation);
  const trainer = await engine.createTrainer({ model: TALK_MODEL, batch, seqlen, state });
  const steps = Math.floor(Number(values.characters) / (batch * seqlen));
  // The peak is the one asked for, whatever the length.
  const schedule = { kind: 'linear', peak, steps, warmUpSteps: 50 } as const;
  for (let step = 0; step < steps; step++) {
    const { inputs, targets } = minibatches.at(step);
    const progress = (step + 1) / steps;
    const learningRate = learningRateAt(schedule, progress, step);
    const weightDecay = weightDecayAt(Number(values['weight-decay']), progress, step);
    await trainer.step(inputs, targets, { learningRate, clipNorm: 1, weightDecay });
  }
  const predictor = await engine.createPredictor(TALK_MODEL, trainer.parameters());
  const { bpc } = await evaluate(predictor, joinFiles(validation).subarray(0, FINAL_CHARACTERS));
  const { initialisation } = values;
  console.log(
    JSON.stringify({ initialisation, mode: engine.mode, batch, seqlen, peak, characters: steps * batch * seqlen, bpc }),
  );
}

void main();
