/**
 * What a recipe learns from so many characters, for tuning: the time it takes does not count, so other work may go on
 * beside.
 *
 *   npx tsx bench/recipe.ts FOLDER --characters 3000000 [--batch 32] [--seqlen 64] [--peak 0.003]
 *     [--initialisation one-hot-lecun]
 *     [--weight-decay 0.4] [--averaging 0.2] [--threads 1] [--mode fp32-avx512] [--looks 0.3,0.7]
 *
 * The files are held out as by --holdout every-10th; bits per character are of the first 150,000 characters held out,
 * after the shares of the training given as looks, where a stop would leave it, and at the end.
 */
import { parseArgs } from 'node:util';
import { joinFiles, loadCorpus } from '../src/corpus/corpus';
import { Minibatches } from '../src/corpus/minibatches';
import { createNativeEngine } from '../src/engine/native/native-engine';
import { evaluate, FINAL_CHARACTERS } from '../src/metrics/evaluate';
import { TALK_MODEL } from '../src/model/config';
import { type Initialisation, initialTrainingState } from '../src/model/initialise';
import { AveragedModel } from '../src/training/average';
import { learningRateAt, weightDecayAt } from '../src/training/schedule';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    characters: { type: 'string', default: '3000000' },
    batch: { type: 'string', default: '32' },
    seqlen: { type: 'string', default: '64' },
    peak: { type: 'string', default: '0.003' },
    initialisation: { type: 'string', default: 'one-hot-lecun' },
    threads: { type: 'string', default: '1' },
    mode: { type: 'string' },
    'weight-decay': { type: 'string', default: '0.4' },
    averaging: { type: 'string', default: '0.2' },
    looks: { type: 'string', default: '' },
  },
});

async function main(): Promise<void> {
  const [batch, seqlen, peak] = [Number(values.batch), Number(values.seqlen), Number(values.peak)];
  const { train, validation } = await loadCorpus(positionals, { holdout: 'every-10th', excludes: [] });
  const minibatches = new Minibatches(joinFiles(train), batch, seqlen);
  const { mode } = values;
  const engine = createNativeEngine({ threads: Number(values.threads), ...(mode === undefined ? {} : { mode }) });
  const state = initialTrainingState(TALK_MODEL, batch, 1, values.initialisation as Initialisation);
  const trainer = await engine.createTrainer({ model: TALK_MODEL, batch: batch, seqlen: seqlen, state });
  const averaged = new AveragedModel(trainer, Number(values.averaging), state.parameters);
  const steps = Math.floor(Number(values.characters) / (batch * seqlen));
  const looks = values.looks.split(',').map((share) => Math.round(Number(share) * steps));
  const heldOut = joinFiles(validation).subarray(0, FINAL_CHARACTERS);
  // The peak is the one asked for, whatever the length.
  const schedule = { kind: 'linear', peak, steps, warmUpSteps: 50 } as const;
  for (let step = 1; step <= steps; step++) {
    const { inputs, targets } = minibatches.at(step - 1);
    const progress = step / steps;
    const learningRate = learningRateAt(schedule, progress, step - 1);
    const weightDecay = weightDecayAt(Number(values['weight-decay']), progress, step - 1);
    await trainer.step(inputs, targets, { learningRate, clipNorm: 1, weightDecay });
    averaged.include(step);
    if (step < steps && !looks.includes(step)) {
      continue;
    }
    const predictor = await engine.createPredictor(TALK_MODEL, averaged.parameters());
    const { bpc } = await evaluate(predictor, heldOut);
    predictor.dispose();
    const { initialisation, averaging } = values;
    const recipe = { initialisation, mode: engine.mode, batch, seqlen, peak, averaging };
    console.log(JSON.stringify({ ...recipe, characters: step * batch * seqlen, progress, bpc }));
  }
}

void main();
