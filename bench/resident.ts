/**
 * How large the trainer's process gets: in training, and until its end, when suggestions are tried out. Linux only,
 * after `npm run build`. By default as the largest that is wanted of it: the talk's network, 100 rows of 30.
 *
 *   npx tsx bench/resident.ts FOLDER [--seconds 15] [--batch 100] [--seqlen 30] [--node node]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { NODE_OPTIONS } from '../src/protocol/node-options';
import { type TrainerCommand, TrainingEvent, type TrainRequest } from '../src/protocol/training-events';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '15' },
    batch: { type: 'string', default: '100' },
    seqlen: { type: 'string', default: '30' },
    node: { type: 'string', default: process.execPath },
  },
});

/** Often enough to catch what it was before its end; the system itself keeps the highest. */
const LOOK_EVERY_MS = 20;

async function main(): Promise<void> {
  const run = mkdtempSync(join(tmpdir(), 'understudy-resident-'));
  try {
    await measure(requestFor(run));
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
}

async function measure(request: TrainRequest): Promise<void> {
  const trainer = fork(resolve('dist/trainer.js'), { execPath: values.node, execArgv: [...NODE_OPTIONS] });
  let highest = 0;
  let inTraining = 0;
  const look = setInterval(() => {
    highest = highestMB(trainer.pid) ?? highest;
  }, LOOK_EVERY_MS);
  trainer.on('message', (message) => {
    const event = v.parse(TrainingEvent, message);
    if (event.kind === 'checkpoint') {
      inTraining = highestMB(trainer.pid) ?? inTraining;
    }
    if (event.kind === 'failed') {
      console.error(event.message);
    }
  });
  const start: TrainerCommand = { kind: 'start', request };
  trainer.send(start);
  await once(trainer, 'exit');
  clearInterval(look);
  console.log(`in training ${inTraining} MB, until its end ${highest} MB`);
}

/** Highest resident memory so far, proc(5); undefined once the process is gone. */
function highestMB(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return Math.round((Number(kibibytes) * 1024) / 1e6);
  } catch {
    return undefined;
  }
}

function requestFor(run: string): TrainRequest {
  return {
    folders: positionals.map((folder) => resolve(folder)),
    run: join(run, 'run'),
    preset: 'fast',
    epochs: null,
    seconds: Number(values.seconds),
    cell: null,
    layers: null,
    units: null,
    seqlen: Number(values.seqlen),
    batch: Number(values.batch),
    engine: 'native',
    threads: null,
    seed: 1,
    holdout: 'every-10th',
    excludes: [],
    wholeCorpus: false,
    memory: true,
    prompts: [],
    resume: false,
  };
}

void main();
