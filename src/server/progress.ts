import type { Connection } from 'vscode-languageserver/node';
import type { ProgressEvent } from '../protocol/training';
import { bpc, duration } from '../protocol/wording';

export interface TrainingProgress {
  report(event: ProgressEvent): void;
  done(): void;
}

/** Work-done progress with a Cancel button, in clients that show it. */
export async function showProgress(connection: Connection, onCancel: () => void): Promise<TrainingProgress> {
  const reporter = await connection.window.createWorkDoneProgress().catch((error: unknown) => {
    connection.console.warn(`The client shows no progress: ${error}`);
    return null;
  });
  reporter?.begin('Understudy: training', 0, undefined, true);
  reporter?.token.onCancellationRequested(onCancel);
  return {
    report: ({ done, secondsLeft, trainBpc }) => {
      const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
      reporter?.report(Math.floor(done * 100), [...left, `${bpc(trainBpc)} bits per character`].join(', '));
    },
    done: () => reporter?.done(),
  };
}
