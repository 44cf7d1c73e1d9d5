import { type Connection, type Disposable, InlineCompletionRequest } from 'vscode-languageserver/node';

const DOCUMENT_SELECTOR = [{ language: 'python' }];

/** Registers the inline completion provider with the client while there is a model, and only then. */
export class Registration {
  readonly #connection: Connection;
  #registered: Disposable | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves when the client knows. */
  set(isWanted: boolean): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#set(isWanted))
      .catch((error) => {
        this.#connection.console.warn(`The client did not register the completion provider: ${error}`);
      });
    return this.#turn;
  }

  async #set(isWanted: boolean): Promise<void> {
    if (isWanted === (this.#registered !== null)) {
      return;
    }
    if (isWanted) {
      const options = { documentSelector: DOCUMENT_SELECTOR };
      this.#registered = await this.#connection.client.register(InlineCompletionRequest.type, options);
    } else {
      this.#registered?.dispose();
      this.#registered = null;
    }
  }
}
