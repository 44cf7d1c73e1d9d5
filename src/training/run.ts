import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import {
  CalibrationEvent,
  CorpusEvent,
  FinishedEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  type TrainingEvent,
  TrainRequest,
  ValidationEvent,
} from '../protocol/training';
import { UserError } from '../protocol/user-error';
import { replaceFile } from '../storage/durable-file';
import { withFileErrors } from '../storage/file-errors';
import { appendLine, keepLines, readLines } from '../storage/json-lines';
import { lockRun } from '../storage/lock';
import { Recipe } from './recipe';

/** run.json: what is trained, on what, and how it ended. */
export const RunInfo = v.object({
  formatVersion: v.literal(1),
  created: v.string(),
  request: TrainRequest,
  recipe: Recipe,
  limits: v.object({ epochs: v.nullable(v.number()), seconds: v.nullable(v.number()) }),
  corpus: CorpusEvent,
  started: StartedEvent,
  /** null while it is trained, and after a kill. */
  finished: v.nullable(FinishedEvent),
});
export type RunInfo = v.InferOutput<typeof RunInfo>;

const MetricsLine = v.variant('kind', [ProgressEvent, ValidationEvent, CalibrationEvent]);

const CHECKPOINT_NAME = /^epoch-(\d+(?:\.\d+)?)\.safetensors$/;

/** The folder of one training: run.json, metrics.jsonl, samples.jsonl and checkpoints/. */
export class Run {
  readonly #infoPath: string;
  readonly #metricsPath: string;
  readonly #samplesPath: string;
  readonly #checkpointFolder: string;
  /** The newest full training state: what a resume goes on from. */
  readonly latestPath: string;

  constructor(readonly path: string) {
    this.#infoPath = join(path, 'run.json');
    this.#metricsPath = join(path, 'metrics.jsonl');
    this.#samplesPath = join(path, 'samples.jsonl');
    this.#checkpointFolder = join(path, 'checkpoints');
    this.latestPath = join(this.#checkpointFolder, 'latest.safetensors');
  }

  /** @throws UserError where run.json is missing, damaged or of a newer version */
  info(): RunInfo {
    const text = readIfThere(this.#infoPath);
    if (text === null) throw new UserError(`${this.path} holds no training (it has no run.json).`);
    try {
      return v.parse(RunInfo, JSON.parse(text));
    } catch {
      throw new UserError(
        `${this.#infoPath} is damaged or was written by a newer version of Understudy; train into another folder.`,
      );
    }
  }

  /** Writes run.json for a training that begins or goes on. */
  async begin(facts: Pick<RunInfo, 'request' | 'recipe' | 'limits' | 'corpus' | 'started'>): Promise<void> {
    const created = this.hasInfo ? this.info().created : new Date().toISOString();
    await this.#writeInfo({ formatVersion: 1, created, ...facts, finished: null });
  }

  async finish(finished: FinishedEvent): Promise<void> {
    await this.#writeInfo({ ...this.info(), finished });
  }

  async #writeInfo(info: RunInfo): Promise<void> {
    await withFileErrors(`${this.#infoPath} cannot be written`, () =>
      replaceFile(this.#infoPath, `${JSON.stringify(info, null, 2)}\n`),
    );
  }

  get hasInfo(): boolean {
    return existsSync(this.#infoPath);
  }

  get isComplete(): boolean {
    return this.info().finished?.reason === 'completed';
  }

  /** Bits per held-out character when they were last measured; null before that. */
  validationBpc(): number | null {
    return readLines(this.#metricsPath, MetricsLine).findLast((event) => event.kind === 'validation')?.bpc ?? null;
  }

  /** The run's story so far, as it would have been told by the events of a training without interruption. */
  events(): TrainingEvent[] {
    const { corpus, started, finished } = this.info();
    const checkpoints = this.checkpoints().map((checkpoint) => ({ kind: 'checkpoint' as const, ...checkpoint }));
    const told = [
      ...readLines(this.#metricsPath, MetricsLine),
      ...readLines(this.#samplesPath, SampleEvent),
      ...checkpoints,
    ].sort((a, b) => a.epoch - b.epoch);
    return [corpus, { ...started, fromEpoch: 0, notice: null }, ...told, ...(finished ? [finished] : [])];
  }

  /** Adds an event to the run's files, where those are what keeps its kind. */
  async note(event: TrainingEvent): Promise<void> {
    const isMetric = event.kind === 'progress' || event.kind === 'validation' || event.kind === 'calibration';
    if (!isMetric && event.kind !== 'sample') return;
    const path = isMetric ? this.#metricsPath : this.#samplesPath;
    await withFileErrors(`${path} cannot be written`, () => appendLine(path, event));
  }

  /** Checkpoints kept for good, by epoch. */
  checkpoints(): { epoch: number; path: string }[] {
    return readdirIfThere(this.#checkpointFolder)
      .flatMap((name) => {
        const match = CHECKPOINT_NAME.exec(name);
        return match ? [{ epoch: Number(match[1]), path: join(this.#checkpointFolder, name) }] : [];
      })
      .sort((a, b) => a.epoch - b.epoch);
  }

  checkpointPath(epoch: number): string {
    return join(this.#checkpointFolder, `epoch-${Number(epoch.toFixed(4))}.safetensors`);
  }

  /** The checkpoint that was trained longest, or null before the first. */
  newest(): string | null {
    return existsSync(this.latestPath) ? this.latestPath : (this.checkpoints().at(-1)?.path ?? null);
  }

  /** Forgets everything after `epoch`, and lines torn by a kill: a resumed training tells it anew. */
  async forgetAfter(epoch: number): Promise<void> {
    await withFileErrors(`${this.path} cannot be written`, async () => {
      // What suggestions came to holds for the end of a training only.
      await keepLines(this.#metricsPath, MetricsLine, (event) => event.kind !== 'calibration' && event.epoch <= epoch);
      await keepLines(this.#samplesPath, SampleEvent, (event) => event.epoch <= epoch);
      for (const checkpoint of this.checkpoints()) {
        if (checkpoint.path !== this.checkpointPath(epoch) && checkpoint.epoch > epoch) rmSync(checkpoint.path);
      }
    });
  }
}

/** The training in a folder. @throws UserError where there is none */
export function openRun(path: string): Run {
  const run = new Run(path);
  run.info();
  return run;
}

/**
 * Makes this process the only one that trains the run at `path`, new or to be resumed, until `release` is called.
 *
 * @throws UserError where another process trains it, where a new run would overwrite one, or where it cannot be written
 */
export async function claimRun(path: string, resume: boolean): Promise<{ run: Run; release: () => void }> {
  const run = resume ? openRun(path) : new Run(path);
  const checkpoints = join(path, 'checkpoints');
  const { made, unlock } = await withFileErrors(`The run folder ${path} cannot be written`, async () => ({
    made: mkdirSync(checkpoints, { recursive: true }),
    unlock: await lockRun(path),
  }));
  const release = () => {
    unlock();
    if (made !== undefined && !run.hasInfo) removeEmpty(checkpoints, made);
  };
  if (!resume && run.hasInfo) {
    release();
    throw new UserError(`${path} already holds a training: resume it, or train into another folder.`);
  }
  return { run, release };
}

/** Removes a folder and those above it up to `last`, as long as nothing stands in them. */
function removeEmpty(folder: string, last: string): void {
  try {
    rmdirSync(folder);
    if (folder !== last) removeEmpty(dirname(folder), last);
  } catch {
    // Something stands in it.
  }
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function readdirIfThere(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}
