import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver/node';

/**
 * Shows messages in the client's editor, where it has no status item of Understudy's; the same one not twice in a row.
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

  #show(type: MessageType, message: string): void {
    if (!this.#isWanted || message === this.#last) {
      return;
    }
    this.#last = message;
    // A client that is gone misses it.
    this.#connection.sendNotification(ShowMessageNotification.type, { type, message }).catch(() => {});
  }
}
