import * as v from 'valibot';
import { CorpusInspector } from '../inspection/corpus-inspector';
import { lowerPriority } from '../process/low-priority';
import { TrainerCommand, type TrainingEvent, type TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { calibrate } from '../simulation/calibrate';
import { train } from '../training/train';

/**
 * The trainer's process: forked with a channel, takes `TrainerCommand`s, tells `TrainingEvent`s, ends with the
 * training. A closed channel (whoever forked it is gone) stops it like a `stop` does, and so do the signals that ask to
 * end.
 */
function main(): void {
  const stop = new AbortController();
  let started = false;
  lowerPriority();
  process.once('uncaughtException', endAtOnce);
  for (const end of ['disconnect', 'SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(end, () => stop.abort());
  }
  process.on('message', (message) => {
    const command = v.parse(TrainerCommand, message);
    if (command.kind === 'stop') {
      stop.abort();
    } else if (!started) {
      started = true;
      void run(command.request, stop.signal);
    }
  });
}

async function run(request: TrainRequest, signal: AbortSignal): Promise<void> {
  try {
    await train(request, (event) => send(event), signal, {
      calibrate,
      inspect: (corpus, stopped) => CorpusInspector.of(corpus, stopped),
    });
  } catch (error) {
    process.exitCode = 1;
    send({ kind: 'failed', message: messageFor(error) });
  }
  if (process.connected) {
    process.disconnect();
  }
}

/**
 * After an error that nobody expected the training may be in any state: it ends with what is on the disk, and one
 * sentence.
 */
function endAtOnce(error: unknown): void {
  // More may follow; one is told.
  process.on('uncaughtException', () => {});
  const event: TrainingEvent = { kind: 'failed', message: messageFor(error) };
  if (process.connected) {
    process.send?.(event, () => process.exit(1));
  } else {
    process.exit(1);
  }
}

function send(event: TrainingEvent): void {
  // Without a callback, a channel that closes meanwhile would be an uncaught error.
  if (process.connected) {
    process.send?.(event, () => {});
  }
}

function messageFor(error: unknown): string {
  if (error instanceof UserError) {
    return error.message;
  }
  console.error(error);
  return `The training failed unexpectedly (${error instanceof Error ? error.message : error}); the log tells more.`;
}

main();
