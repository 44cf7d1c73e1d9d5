import { type Progress, ProgressLocation, window } from 'vscode';
import type {
  HandleWorkDoneProgressSignature,
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import { notificationText } from './plain-text';

interface Shown {
  readonly progress: Progress<{ message?: string; increment?: number }>;
  readonly close: () => void;
  percentage: number;
}

/**
 * Shows the server's work-done progress as notifications with a Cancel button. The client library would put it into
 * the status bar, where VS Code offers no way to cancel.
 */
export class ProgressNotifications {
  readonly #cancel: (token: ProgressToken) => void;
  readonly #shown = new Map<ProgressToken, Shown>();

  constructor(cancel: (token: ProgressToken) => void) {
    this.#cancel = cancel;
  }

  /** Middleware for the language client. `end` goes on to the library too, which forgets the token then. */
  readonly handle = (
    token: ProgressToken,
    params: Parameters<HandleWorkDoneProgressSignature>[1],
    next: HandleWorkDoneProgressSignature,
  ): void => {
    switch (params.kind) {
      case 'begin':
        this.#begin(token, params);
        return;
      case 'report':
        this.#report(token, params);
        return;
      case 'end':
        this.#end(token);
        next(token, params);
    }
  };

  /** For when the server has gone and will not end what it began. */
  endAll(): void {
    for (const token of [...this.#shown.keys()]) {
      this.#end(token);
    }
  }

  #begin(token: ProgressToken, params: WorkDoneProgressBegin): void {
    const options = {
      location: ProgressLocation.Notification,
      title: notificationText(params.title),
      cancellable: params.cancellable === true,
    };
    void window.withProgress(options, (progress, cancellation) => {
      cancellation.onCancellationRequested(() => this.#cancel(token));
      return new Promise<void>((close) => {
        this.#shown.set(token, { progress, close, percentage: 0 });
        this.#report(token, { ...params, kind: 'report' });
      });
    });
  }

  #report(token: ProgressToken, { message, percentage }: WorkDoneProgressReport): void {
    const shown = this.#shown.get(token);
    if (shown === undefined) {
      return;
    }
    const increment = Math.max(0, (percentage ?? shown.percentage) - shown.percentage);
    shown.percentage += increment;
    shown.progress.report(message === undefined ? { increment } : { message: notificationText(message), increment });
  }

  #end(token: ProgressToken): void {
    this.#shown.get(token)?.close();
    this.#shown.delete(token);
  }
}
