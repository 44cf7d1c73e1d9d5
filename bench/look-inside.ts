/**
 * How long it takes to look into a network: to read a text with all states and say what was thought of every character,
 * and to look back from its end. For comparison, to read it alone. Median and fastest of several rounds, which take
 * turns; with the processor's time beside it, since on a busy machine the clock tells of others.
 *
 *   npx tsx bench/look-inside.ts CHECKPOINT FILE [--characters 2000] [--threads 1,2] [--rounds 11]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median } from '../src/benchmark/median';
import type { Predictor } from '../src/engine/engine';
import { createNativeEngine } from '../src/engine/native/native-engine';
import { inspectCharacters, lookBackFrom, readText } from '../src/inspection/inspect';
import { readCheckpoint } from '../src/model/checkpoint';
import { charactersOf, encode } from '../src/python/alphabet';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    characters: { type: 'string', default: '2000' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '11' },
  },
});

async function main(): Promise<void> {
  const [checkpoint, file] = positionals;
  const { metadata, parameters } = await readCheckpoint(checkpoint!);
  const text = charactersOf(readFileSync(file!, 'utf8')).slice(0, Number(values.characters)).join('');
  for (const threads of values.threads.split(',').map(Number)) {
    const engine = createNativeEngine({ threads });
    const predictor = await engine.createPredictor(metadata.model, parameters);
    console.log(`${engine.mode}, ${engine.device}, ${encode(text).length} characters`);
    await measure(predictor, text);
    predictor.dispose();
  }
}

async function measure(predictor: Predictor, text: string): Promise<void> {
  const symbols = encode(text);
  const works: Record<string, () => Promise<unknown>> = {
    'read alone': () => predictor.read(predictor.initialState(), symbols),
    inspect: async () => inspectCharacters(await readText(predictor, text)),
    'look back': () => lookBackFrom(predictor, text, symbols.length - 1),
  };
  const times = new Map(Object.keys(works).map((name) => [name, { wall: [] as number[], cpu: [] as number[] }]));
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [name, work] of Object.entries(works)) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(used);
      // The first round readies buffers.
      if (round > 0) {
        times.get(name)!.wall.push(performance.now() - started);
        times.get(name)!.cpu.push((user + system) / 1000);
      }
    }
  }
  for (const [name, { wall, cpu }] of times) {
    const [middle, least, processor] = [median(wall), Math.min(...wall), median(cpu)].map((ms) => ms.toFixed(0));
    console.log(`  ${name}: median ${middle} ms, fastest ${least} ms; processor time ${processor} ms`);
  }
}

void main();
