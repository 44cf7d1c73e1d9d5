import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseEngine } from '../../src/engine/choose';
import { readCheckpoint } from '../../src/model/checkpoint';
import { Random } from '../../src/model/random';
import type { TrainingEvent, TrainRequest } from '../../src/protocol/training-events';
import { forkTrainer, type TrainerProcess } from '../../src/trainer/fork-trainer';
import { openRun, Run } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonFile, smallRequest } from '../training/project';
import type { Campaign, CampaignResult } from './campaign';

/**
 * Trainings in real trainer processes that are killed, stopped and frozen at random moments until they are complete:
 * each has to end bit for bit as one in one go. Counted are the kills.
 */
export const killsCampaign: Campaign = {
  defaultCount: 200,
  async run({ seed, count, print }): Promise<CampaignResult> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-kills-'));
    const tally: Tally = { trainings: 0, sessions: 0, kills: 0, stops: 0, freezes: 0, inWrites: 0, beforeStart: 0 };
    const failures: string[] = [];
    try {
      const project = pythonFolder(folder);
      for (let trial = 0; tally.kills < count && failures.length < MOST_FAILURES; trial++) {
        const request = requestOf(trial, project, folder);
        const random = new Random(seed * 1_000_000 + trial);
        const problem = await interruptedTraining(request, random, tally).catch((error: Error) => error.message);
        if (problem !== null) {
          failures.push(`training ${trial} (${request.engine}): ${problem}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    }
    const { trainings, sessions, kills, stops, freezes, inWrites, beforeStart } = tally;
    print(
      `kills, seed ${seed}: ${trainings} trainings in ${sessions} sessions, with ${kills} kills (${inWrites} while a file was written, ${beforeStart} before the first step), ${stops} stops and ${freezes} freezes`,
    );
    print(failures.length === 0 ? 'all ended bit for bit as in one go' : failures.join('\n'));
    return { failures: failures.length };
  },
};

const MOST_FAILURES = 3;

interface Tally {
  trainings: number;
  sessions: number;
  kills: number;
  stops: number;
  freezes: number;
  /** Kills just when a file was being written. */
  inWrites: number;
  beforeStart: number;
}

function pythonFolder(folder: string): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(project, `module_${i}.py`), pythonFile(i));
  }
  return project;
}

/** The engines take turns; each network takes some seconds in one go. */
function requestOf(trial: number, project: string, folder: string): TrainRequest {
  const run = join(folder, `parts-${trial}`);
  const isNative = trial % 2 === 1 && hasNativeEngine();
  return isNative
    ? smallRequest(project, run, { engine: 'native', layers: 2, units: 32, epochs: 30, seed: trial })
    : smallRequest(project, run, { engine: 'reference', epochs: 4, seed: trial });
}

function hasNativeEngine(): boolean {
  try {
    chooseEngine('native', 1);
    return true;
  } catch {
    return false;
  }
}

/** A training that makes no way in so many sessions is one that loses what it has learnt. */
const MOST_SESSIONS = 150;

/** Null where the training ended as in one go, else what was different. */
async function interruptedTraining(request: TrainRequest, random: Random, tally: Tally): Promise<string | null> {
  const run = new Run(request.run);
  let sessions = 0;
  let wasLeftAlone = false;
  while (!run.hasInfo || !run.isComplete) {
    if (sessions++ === MOST_SESSIONS) {
      return `not complete after ${MOST_SESSIONS} sessions`;
    }
    const { event, isKilled } = await session({ ...request, resume: run.hasInfo }, random, tally);
    wasLeftAlone = !isKilled;
    if (event.kind === 'failed' && !isKilled) {
      return event.message;
    }
    // Whatever the moment, there is a checkpoint that can be read, or none yet.
    if (existsSync(run.latestPath)) {
      await readCheckpoint(run.latestPath);
    }
  }
  tally.trainings++;

  const whole = { ...request, run: `${request.run}-whole` };
  await train(whole, () => {}, new AbortController().signal);
  assert.deepEqual(await resultOf(request.run), await resultOf(whole.run));
  if (wasLeftAlone) {
    assertTidy(request.run);
  }
  return null;
}

/** One process, to its end or to what is done to it. */
async function session(request: TrainRequest, random: Random, tally: Tally): Promise<Awaited<TrainerProcess['ended']>> {
  tally.sessions++;
  let tell: (event: TrainingEvent) => void = () => {};
  let hasStarted = false;
  const trainer = forkTrainer(
    request,
    (event) => {
      hasStarted ||= event.kind === 'progress';
      tell(event);
    },
    () => {},
  );
  const ended = new AbortController();
  const moment = randomMoment(random);
  const waiting = moment.wait({ run: request.run, onEvent: (listener) => (tell = listener), signal: ended.signal });
  void waiting.then(async (isThere) => {
    if (isThere) {
      await interrupt(trainer, random, tally);
    }
  });
  const end = await trainer.ended;
  ended.abort();
  if (end.isKilled) {
    tally.kills++;
    if (moment.isInWrite) {
      tally.inWrites++;
    }
    if (!hasStarted) {
      tally.beforeStart++;
    }
  }
  return end;
}

const isPosix = process.platform !== 'win32';

async function interrupt(trainer: TrainerProcess, random: Random, tally: Tally): Promise<void> {
  const { pid } = trainer;
  const choice = random.next();
  if (isPosix && pid !== undefined && choice < 0.15) {
    tally.freezes++;
    send(pid, 'SIGSTOP');
    await delay(random.next() * 300);
    send(pid, 'SIGCONT');
    await delay(random.next() * 300);
  }
  if (choice < 0.85) {
    trainer.kill();
    return;
  }
  tally.stops++;
  if (isPosix && pid !== undefined && choice < 0.95) {
    send(pid, 'SIGTERM');
  } else {
    trainer.stop();
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function delay(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

interface Watched {
  readonly run: string;
  readonly onEvent: (listener: (event: TrainingEvent) => void) => void;
  /** Aborted when the process has ended. */
  readonly signal: AbortSignal;
}

interface Moment {
  readonly isInWrite: boolean;
  /** Resolves when it has come, with false where the process has ended before. */
  wait(watched: Watched): Promise<boolean>;
}

/** At any time; at, or just after, an event; or while a file is written. */
function randomMoment(random: Random): Moment {
  const [choice, howLong, which] = [random.next(), random.next(), random.next()];
  if (choice < 0.15) {
    return { isInWrite: false, wait: ({ signal }) => delay(1500 * howLong, signal) };
  }
  if (choice < 0.5) {
    return afterEvents(['started'], 1, 1500 * howLong);
  }
  if (choice < 0.75) {
    return afterEvents(['validation', 'sample', 'checkpoint'], 1 + Math.floor(which * 6), 4 * howLong);
  }
  return inWrite(1 + Math.floor(which * 12));
}

function afterEvents(kinds: readonly TrainingEvent['kind'][], count: number, milliseconds: number): Moment {
  return {
    isInWrite: false,
    wait: async ({ onEvent, signal }) => {
      let left = count;
      const hasCome = await new Promise<boolean>((resolve) => {
        onEvent(({ kind }) => {
          if (kinds.includes(kind) && --left === 0) {
            resolve(true);
          }
        });
        signal.addEventListener('abort', () => resolve(false));
      });
      return hasCome && (await delay(milliseconds, signal));
    },
  };
}

/** When a file of the run begins to be written for the `count`th time; the system tells of it while it is. */
function inWrite(count: number): Moment {
  return {
    isInWrite: true,
    wait: ({ run, signal }) => {
      const checkpoints = join(run, 'checkpoints');
      mkdirSync(checkpoints, { recursive: true, mode: 0o700 });
      let left = count;
      return new Promise((resolve) => {
        const watchers = [run, checkpoints].map((folder) =>
          watch(folder, (_, name) => {
            if (name?.endsWith('.partial') && --left === 0) {
              resolve(true);
            }
          }),
        );
        signal.addEventListener('abort', () => {
          for (const watcher of watchers) {
            watcher.close();
          }
          resolve(false);
        });
      });
    },
  };
}

/**
 * What a training comes to, all that does not depend on how fast the machine is: two of the same request have the same.
 * How much is measured and how long a sample is depends on that, so that of measurements only the epochs count, and of
 * samples the beginning.
 */
async function resultOf(path: string): Promise<object> {
  const run = openRun(path);
  const samples = run.events().flatMap((event) => {
    if (event.kind !== 'sample') {
      return [];
    }
    assert.ok(event.text.length >= SHORTEST_SAMPLE);
    return [{ epoch: event.epoch, text: event.text.slice(0, SHORTEST_SAMPLE) }];
  });
  // A stop leaves out the last validation, which is long; there are several samples of its epoch.
  const last = samples.at(-1)?.epoch;
  const epochs = new Set(samples.map(({ epoch }) => epoch).filter((epoch) => epoch !== last));
  const measured = run.events().flatMap((event) => {
    return event.kind === 'validation' && epochs.has(event.epoch) ? [event.epoch] : [];
  });
  const kept = run.checkpoints().map((checkpoint) => checkpoint.path);
  const checkpoints = await Promise.all([run.latestPath, ...kept].map(contentOf));
  return { samples, measured, checkpoints };
}

/** Characters of the shortest sample, however slow the machine is (training/evaluate-checkpoint.ts). */
const SHORTEST_SAMPLE = 100;

async function contentOf(path: string): Promise<object> {
  const { metadata, parameters, full } = await readCheckpoint(path);
  const { operatingPoints, validationBpc, validationAccuracy, ...facts } = metadata;
  assert.equal(typeof validationBpc, 'number');
  if (full === null) {
    return { facts, parameters };
  }
  const { seconds, validation, ...position } = full.position;
  return { facts, parameters, full: { ...full, position } };
}

const EXPECTED =
  /^(?:(?:run|files)\.json|(?:metrics|samples)\.jsonl|checkpoints(?:.(?:latest|epoch-[\d.]+)\.safetensors)?)$/;

/** Nothing is left of what was killed, and everything is for its owner alone. */
function assertTidy(path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    assert.match(name, EXPECTED);
    if (isPosix) {
      assert.equal(statSync(join(path, name)).mode & 0o077, 0, name);
    }
  }
}
