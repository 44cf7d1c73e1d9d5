import type { Statistics } from '../../src/protocol/statistics';
import type {
  CalibrationEvent,
  CorpusEvent,
  FinishedEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  ValidationEvent,
} from '../../src/protocol/training-events';

/** Events of a training as a test needs them: what it does not care about is filled in. */

export function corpus(change: Partial<CorpusEvent> = {}): CorpusEvent {
  return {
    kind: 'corpus',
    files: 617,
    trainCharacters: 4_600_312,
    validationFiles: 69,
    validationCharacters: 351_022,
    skipped: [],
    sampledFrom: null,
    ...change,
  };
}

export function started(fromEpoch: number, change: Partial<StartedEvent> = {}): StartedEvent {
  return {
    kind: 'started',
    run: '/runs/run',
    preset: 'fast',
    engine: 'native',
    device: 'CPU, 2 threads',
    mode: 'fp32, AVX2',
    cell: 'gru',
    layers: 3,
    units: 512,
    parameters: 4_137_570,
    batch: 64,
    seqlen: 64,
    epochsPerStep: 0.001,
    fromEpoch,
    notice: null,
    ...change,
  };
}

export function progress(epoch: number, trainBpc: number, change: Partial<ProgressEvent> = {}): ProgressEvent {
  return {
    kind: 'progress',
    step: Math.round(epoch * 1000),
    epoch,
    characters: Math.round(epoch * 4_600_312),
    seconds: epoch * 250,
    charactersPerSecond: 18_432,
    done: Math.min(1, epoch / 3),
    secondsLeft: Math.max(0, 750 - epoch * 250),
    trainBpc,
    learningRate: 0.002,
    ...change,
  };
}

export function validation(epoch: number, bpc: number): ValidationEvent {
  return {
    kind: 'validation',
    step: Math.round(epoch * 1000),
    epoch,
    seconds: epoch * 250,
    characters: 150_000,
    bpc,
    accuracy: 0.7,
  };
}

export function sample(epoch: number, text = 'def f(self):\n    return self\n', prompt = '\n'): SampleEvent {
  return { kind: 'sample', epoch, prompt, text };
}

export function calibration(epoch: number): CalibrationEvent {
  return {
    kind: 'calibration',
    epoch,
    operatingPoints: {
      quiet: { threshold: 0.71, saved: 0.389, shown: 300, accepted: 0.865 },
      balanced: { threshold: 0.35, saved: 0.506, shown: 300, accepted: 0.63 },
      eager: { threshold: 0.26, saved: 0.531, shown: 300, accepted: 0.557 },
      memory: true,
    },
  };
}

export function finished(epoch: number): FinishedEvent {
  return {
    kind: 'finished',
    reason: 'completed',
    run: '/runs/run',
    epoch,
    characters: Math.round(epoch * 4_600_312),
    seconds: epoch * 250,
    charactersPerSecond: 18_432,
    trainBpc: 1.2,
    validationBpc: 1.3,
    validationAccuracy: 0.7,
  };
}

export const NO_SUGGESTIONS: Statistics = {
  since: '2026-11-22T12:00:00.000Z',
  shown: 0,
  accepted: 0,
  characters: 0,
  byEpoch: [],
  latency: null,
};

export const SUGGESTIONS: Statistics = {
  ...NO_SUGGESTIONS,
  shown: 1234,
  accepted: 762,
  characters: 15_408,
  latency: { p50: 8.2, p95: 31 },
};
