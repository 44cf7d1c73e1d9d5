import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ALPHABET, writeCheckpointFile } from '../../src/model/checkpoint';
import { parameterCount, parameterLayout } from '../../src/model/layout';
import { ALPHABET_SIZE, symbolOf } from '../../src/python/alphabet';
import { gru } from '../models';

const MODEL = gru(1, ALPHABET_SIZE);

/** Far into saturation: a gate that is shut, a candidate that is ±1, a probability that is all but 1. */
const STRONG = 20;

/**
 * Writes a checkpoint where the server looks for one: a network that remembers the last character alone and is sure of
 * its successor in `chain` ("abc": b after a, c after b, and the line ends after c; every other character ends the line
 * too).
 */
export async function writeChain(storage: string, chain: string, epoch = 1): Promise<string> {
  const path = join(storage, 'run', 'checkpoints', 'latest.safetensors');
  mkdirSync(join(path, '..'), { recursive: true });
  await writeCheckpointFile(path, chainParameters(chain), {
    formatVersion: 1,
    model: MODEL,
    alphabet: ALPHABET,
    epoch,
    step: 1,
    trainBpc: 2,
    validationBpc: 1.5,
    validationAccuracy: 0.5,
    corpusFingerprint: '',
    preset: 'fast',
    operatingPoints: null,
  });
  return path;
}

/** Unit s is on after symbol s: the update gate lets nothing stay, the candidate is the input. */
function chainParameters(chain: string): Float32Array {
  const parameters = new Float32Array(parameterCount(MODEL));
  const slots = new Map(parameterLayout(MODEL).map((slot) => [slot.name, slot]));
  const set = (name: string, row: number, column: number, value: number) => {
    const { offset, shape } = slots.get(name)!;
    parameters[offset + row * (shape[1] ?? 1) + column] = value;
  };
  const { units } = MODEL;
  const successors = new Map(Array.from(chain, (character, i) => [character, chain[i + 1] ?? '\n']));
  const codes = new Map(
    [...successors].map(([from, to]) => [symbolOf(from.charCodeAt(0)), symbolOf(to.charCodeAt(0))]),
  );
  for (let symbol = 0; symbol < units; symbol++) {
    set('cell_0/gru_cell/gates/bias', units + symbol, 0, -STRONG);
    set('cell_0/gru_cell/candidate/kernel', symbol, symbol, STRONG);
    set('softmax/kernel', symbol, codes.get(symbol) ?? symbolOf(10), STRONG);
  }
  return parameters;
}
