import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver/node';

/** What people are told by a message of their editor, where it shows no status of Understudy's: each once in a row. */
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
