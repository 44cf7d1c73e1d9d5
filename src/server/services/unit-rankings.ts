import { dirname } from 'node:path';
import { rankUnits } from '../../inspection/unit-ranking';
import type { Units } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import type { WorkspaceReader } from '../../reader/workspace-reader';
import { Run } from '../../training/run';
import { cancellation, untilAborted } from '../requests';
import type { CheckpointSource } from './checkpoint-source';
import type { EpochNetworks } from './epoch-networks';
import { yieldToCompletions } from './yield-to-completions';

/** Characters of held-out files over which units are found: a few seconds of the talk's network. */
const RANKED_CHARACTERS = 20_000;

export interface UnitRankingsSetup {
  readonly networks: Pick<EpochNetworks, 'use'>;
  readonly checkpoints: Pick<CheckpointSource, 'pathOf' | 'identityOf'>;
  readonly reader: Pick<WorkspaceReader, 'heldOut'>;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

/** Units that track properties of code, found over held-out files, between completions. The last ranking is kept. */
export class UnitRankings {
  readonly #setup: UnitRankingsSetup;
  #last: SharedRanking | null = null;

  constructor(setup: UnitRankingsSetup) {
    this.#setup = setup;
  }

  /** Takes seconds. Another network's ranking ends. @throws UserError where there is no such network */
  async units({ epoch }: ParamsOf<typeof Units>, cancelled: AbortSignal): Promise<ResultOf<typeof Units>> {
    const { checkpoints, closing } = this.#setup;
    const identity = checkpoints.identityOf(checkpoints.pathOf(epoch));
    if (this.#last?.identity !== identity || this.#last.isStopped) {
      this.#last?.stop();
      this.#last = new SharedRanking(identity, (signal) => this.#rank(epoch, AbortSignal.any([signal, closing])));
    }
    return await this.#last.wait(AbortSignal.any([cancelled, closing]));
  }

  #rank(epoch: number | null, signal: AbortSignal): Promise<ResultOf<typeof Units>> {
    const { networks, reader, untilIdle } = this.#setup;
    return networks.use(epoch, async ({ path, predictor }) => {
      const { request, corpus } = new Run(dirname(dirname(path))).info();
      const files = await reader.heldOut(request, RANKED_CHARACTERS, signal);
      const texts = files.map(({ symbols }) => symbols.subarray(0, RANKED_CHARACTERS));
      const rankings = await rankUnits(predictor, texts, () => yieldToCompletions(untilIdle, signal));
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      return { characters, isHeldOut: corpus.validationFiles > 0, rankings };
    });
  }
}

/** Ranking of one network's units for all who ask for it. It ends early where none of them waits any more. */
class SharedRanking {
  readonly identity: string;
  readonly #stop = new AbortController();
  readonly #result: Promise<ResultOf<typeof Units>>;
  #waiting = 0;

  constructor(identity: string, rank: (signal: AbortSignal) => Promise<ResultOf<typeof Units>>) {
    this.identity = identity;
    this.#result = rank(this.#stop.signal);
    this.#result.catch(() => this.stop());
  }

  /** Whether it has ended early, or failed: whoever asks next needs another one. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  stop(): void {
    this.#stop.abort(cancellation('The units of another network were asked for meanwhile.'));
  }

  async wait(signal: AbortSignal): Promise<ResultOf<typeof Units>> {
    this.#waiting++;
    try {
      return await untilAborted(signal, this.#result);
    } finally {
      this.#waiting--;
      if (signal.aborted && this.#waiting === 0) {
        this.stop();
      }
    }
  }
}
