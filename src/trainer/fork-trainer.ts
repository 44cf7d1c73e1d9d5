import { once } from 'node:events';
import { join } from 'node:path';
import * as v from 'valibot';
import { forkEntry } from '../process/fork-entry';
import { NODE_OPTIONS } from '../protocol/node-options';
import type { FailedEvent, FinishedEvent, TrainerCommand, TrainRequest } from '../protocol/training-events';
import { TrainingEvent } from '../protocol/training-events';

/** Stands beside the running file, in dist/ as in src/. */
const ENTRY = __filename.endsWith('.ts') ? join(__dirname, 'main.ts') : join(__dirname, 'trainer.js');

export interface TrainerEnd {
  readonly event: FinishedEvent | FailedEvent;
  /** Whether the process was ended by a signal, as a driver's failure does. */
  readonly isKilled: boolean;
}

export interface TrainerProcess {
  readonly pid: number | undefined;
  /** End of the trainer, once the process is gone; one that died without a word has failed. */
  readonly ended: Promise<TrainerEnd>;
  /** Asks for a checkpoint and an end. */
  stop(): void;
  /** Ends it at once; what was learnt since the last checkpoint is lost. */
  kill(): void;
}

/** Trains in a process of its own. `onEvent` gets everything but the end. */
export function forkTrainer(
  request: TrainRequest,
  onEvent: (event: Exclude<TrainingEvent, FinishedEvent | FailedEvent>) => void,
  log: (line: string) => void,
): TrainerProcess {
  const child = forkEntry(ENTRY, NODE_OPTIONS, log);

  let end: FinishedEvent | FailedEvent | undefined;
  child.on('message', (message) => {
    const { success, output: event, issues } = v.safeParse(TrainingEvent, message);
    if (!success) {
      log(`The trainer sent what is no training event: ${v.summarize(issues)}`);
    } else if (event.kind === 'finished' || event.kind === 'failed') {
      end = event;
    } else {
      onEvent(event);
    }
  });
  const command = (message: TrainerCommand) => {
    // A channel that closes meanwhile is told by the end of the process.
    if (child.connected) {
      child.send(message, () => {});
    }
  };
  command({ kind: 'start', request });

  const ended = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(
    ([[code, signal]]) => ({
      event: end ?? failed(`ended unexpectedly (${signal ?? `exit code ${code}`})`),
      isKilled: end === undefined && signal !== null,
    }),
    (error: Error) => ({ event: failed(`could not be started (${error.message})`), isKilled: false }),
  );
  return {
    pid: child.pid,
    ended,
    stop: () => command({ kind: 'stop' }),
    kill: () => child.kill('SIGKILL'),
  };
}

function failed(what: string): FailedEvent {
  return {
    kind: 'failed',
    message: `The training process ${what}; a resumed training goes on from the last checkpoint.`,
  };
}
