import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { charactersToRead, measureContext } from '../../inspection/context';
import type { MeasuredContext } from '../../protocol/measured-context';
import type { MeasureContext } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import type { WorkspaceReader } from '../../reader/workspace-reader';
import { loadNetwork } from './load-network';
import type { Runs } from './runs';

/** Held-out characters that are read, and those of them that are predicted with every reach. */
const READ_CHARACTERS = 40_000;
const PREDICTED_CHARACTERS = 1024;

/** Characters of one call of the network: some 10 ms of the talk's on slow cores, so that completions hardly wait. */
const PIECE = 128;

export interface ContextMeasurementSetup {
  readonly runs: Pick<Runs, 'find' | 'keepContext'>;
  readonly reader: Pick<WorkspaceReader, 'heldOut'>;
  readonly settings: () => Promise<Settings>;
  readonly isTrusted: () => boolean;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

type MeasuredNetwork = ParamsOf<typeof MeasureContext>;

/**
 * Measures how far back networks see, those of any training and epoch that were kept: one at a time, between
 * completions, which come first. What came of it stays with the training.
 */
export class ContextMeasurement {
  readonly #setup: ContextMeasurementSetup;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: ContextMeasurementSetup) {
    this.#setup = setup;
  }

  /** What was measured of a network before, or null. @throws UserError where its training is gone */
  kept({ run, epoch }: MeasuredNetwork): MeasuredContext | null {
    return this.#setup.runs.find(run).context(epoch);
  }

  /**
   * Measures a network, and keeps what comes of it. Null where `signal` is aborted.
   *
   * @param onProgress is told the share that is done, from 0 to 1
   * @throws UserError where there is no such network, or no text to measure on
   */
  measure(
    network: MeasuredNetwork,
    signal: AbortSignal,
    onProgress: (share: number) => void = () => {},
  ): Promise<MeasuredContext | null> {
    const result = this.#turn.then(async () => {
      try {
        return await this.#measure(network, signal, onProgress);
      } catch (error) {
        if (signal.aborted && error === signal.reason) {
          return null;
        }
        throw error;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  async #measure(
    { run: id, epoch }: MeasuredNetwork,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<MeasuredContext> {
    const { runs, reader, settings, closing } = this.#setup;
    const path = this.#checkpoint(id, epoch);
    const { request, corpus } = runs.find(id).info();
    const stop = AbortSignal.any([signal, closing]);
    const files = firstOf(await reader.heldOut(request, READ_CHARACTERS, stop));
    const { predictor, metadata } = await loadNetwork(path, await settings());
    try {
      const length = files.reduce((sum, symbols) => sum + symbols.length, 0);
      const reading = { piece: PIECE, afterPiece: this.#progress(length, stop, onProgress) };
      const { reaches, closers, ...read } = await measureContext(predictor, files, PREDICTED_CHARACTERS, reading);
      const measured: MeasuredContext = {
        ...{ epoch, ...metadata.model },
        ...{ text: fingerprint(files), isHeldOut: corpus.validationFiles > 0 },
        ...{ ...read, reaches: [...reaches], closers: [...closers] },
      };
      // A training that begins meanwhile moves the run to another folder.
      await runs.keepContext(id, measured);
      return measured;
    } finally {
      predictor.dispose();
    }
  }

  /** @throws UserError where it was not kept, or nothing may run */
  #checkpoint(id: string, epoch: number): string {
    const { runs, isTrusted } = this.#setup;
    if (!isTrusted()) {
      throw new UserError('Understudy is off in a workspace that is not trusted.');
    }
    const path = runs.find(id).checkpointPath(epoch);
    if (!existsSync(path)) {
      throw new UserError('The weights of this epoch were not kept.');
    }
    return path;
  }

  /** What is done between two pieces: completions go first, and each hundredth is told. */
  #progress(length: number, stop: AbortSignal, onProgress: (share: number) => void) {
    const all = charactersToRead(length, PREDICTED_CHARACTERS);
    let [read, told] = [0, 0];
    return async (characters: number): Promise<void> => {
      read += characters;
      const percent = Math.floor((100 * read) / all);
      if (percent > told) {
        told = percent;
        onProgress(percent / 100);
      }
      await setImmediate();
      await this.#setup.untilIdle();
      stop.throwIfAborted();
    };
  }
}

/** The files' first characters, so many together: one file alone may be longer. */
function firstOf(files: readonly { readonly symbols: Uint8Array }[]): Uint8Array[] {
  let left = READ_CHARACTERS;
  return files.map(({ symbols }) => {
    const first = symbols.subarray(0, left);
    left -= first.length;
    return first;
  });
}

function fingerprint(files: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const symbols of files) {
    hash.update(`${symbols.length}\n`).update(symbols);
  }
  return hash.digest('hex').slice(0, 16);
}
