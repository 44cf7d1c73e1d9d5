import type { Corpus } from '../corpus/corpus';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint';
import type { CalibrationEvent, OperatingPoints, TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import type { Run } from './run';
import { calibrationSeconds } from './schedule';

export interface CalibrationOptions extends Pick<TrainRequest, 'memory' | 'engine' | 'threads'> {
  /** Seconds that building a memory and typing may take. */
  readonly seconds: number;
  /** Aborting it rejects the promise. */
  readonly signal: AbortSignal;
}

/** Tries suggestions out on the held-out files and gives operating points; null where that tells nothing. */
export type Calibrate = (
  checkpoint: Checkpoint,
  corpus: Corpus,
  options: CalibrationOptions,
) => Promise<OperatingPoints | null>;

export interface CalibrationSetup {
  readonly run: Run;
  readonly corpus: Corpus;
  readonly request: TrainRequest;
  /** Seconds for which the network was trained. */
  readonly trainedSeconds: number;
  /** Epoch of the model. */
  readonly epoch: number;
  readonly calibrate: Calibrate;
  readonly signal: AbortSignal;
}

/**
 * Gives the model of a complete training operating points of its own, and tells them; null where it keeps the usual
 * ones, because there is nothing to try them on, or it was stopped, or failed. The training is complete whatever
 * happens here.
 */
export async function calibrateRun(setup: CalibrationSetup): Promise<CalibrationEvent | null> {
  try {
    return await calibrated(setup);
  } catch (error) {
    const isStopped = setup.signal.aborted && error === setup.signal.reason;
    if (!isStopped) {
      console.error('No operating points:', error instanceof UserError ? error.message : error);
    }
    return null;
  }
}

async function calibrated(setup: CalibrationSetup): Promise<CalibrationEvent | null> {
  const { run, corpus, request, trainedSeconds, epoch, calibrate, signal } = setup;
  signal.throwIfAborted();
  const path = run.checkpointPath(epoch);
  const checkpoint = await readCheckpoint(path);
  const { memory, engine, threads } = request;
  const seconds = calibrationSeconds(run.info().limits, trainedSeconds);
  const operatingPoints = await calibrate(checkpoint, corpus, { memory, engine, threads, seconds, signal });
  if (operatingPoints === null) {
    return null;
  }

  // Read only now: the state of the training would take three times as much memory meanwhile.
  const { parameters, metadata, full } = await readCheckpoint(run.latestPath);
  await run.writeCheckpoint(run.latestPath, parameters, { ...metadata, operatingPoints }, full ?? undefined);
  await run.writeCheckpoint(path, parameters, { ...metadata, operatingPoints });
  const event: CalibrationEvent = { kind: 'calibration', epoch, operatingPoints };
  await run.note(event);
  return event;
}
