import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver/node';

/**
 * Shows messages in the client's editor: most only where it has no status item of Understudy's; the same one not twice
 * in a row.
 */
export class Announcements {
  readonly #connection: Connection;
  readonly #isWanted: boolean;
  #last: string | null = null;

  /** `isWanted`: false for a client with a status of its own. */
  constructor(connection: Connection, isWanted: boolean) {
    this.#connection = connection;
    this.#isWanted = isWanted;
  }

  info(message: string): void {
    this.#show(MessageType.Info, message);
  }

  error(message: string): void {
    this.#show(MessageType.Error, message);
  }

  /** For what no status tells. */
  toAll(message: string): void {
    this.#send(MessageType.Info, message);
  }

  #show(type: MessageType, message: string): void {
    if (this.#isWanted) {
      this.#send(type, message);
    }
  }

  #send(type: MessageType, message: string): void {
    if (message === this.#last) {
      return;
    }
    this.#last = message;
    // A client that is gone misses it.
    this.#connection.sendNotification(ShowMessageNotification.type, { type, message }).catch(() => {});
  }
}
