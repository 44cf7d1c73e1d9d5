import {
  AbstractMessageReader,
  type DataCallback,
  type Disposable,
  ErrorCodes,
  Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-languageserver/node';
import { checkNotification, checkRequest } from './params';

type Id = string | number;

/** Incoming message before its kind is known. */
interface Received {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Error with which a request is refused. */
interface Refusal {
  readonly code: number;
  readonly message: string;
}

/**
 * Validates messages and the order of the LSP lifecycle before the library sees them, because the library trusts its
 * client. A refused request is answered with an error; a refused notification is dropped, and noted in the log where
 * its parameters are wrong.
 */
export class ValidatingReader extends AbstractMessageReader {
  readonly #reader: MessageReader;
  readonly #writer: MessageWriter;
  readonly #unanswered = new Set<string>();
  #stage: 'before initialize' | 'at work' | 'shut down' = 'before initialize';

  /** `writer`: whence answers leave; the library is to use `answers` instead. */
  constructor(reader: MessageReader, writer: MessageWriter) {
    super();
    this.#reader = reader;
    this.#writer = writer;
    reader.onError((error) => this.fireError(error));
    reader.onClose(() => this.fireClose());
  }

  /** Whether the client has asked for the end. */
  get isShutDown(): boolean {
    return this.#stage === 'shut down';
  }

  /** The writer for answers, which notes the requests that have got theirs. */
  get answers(): MessageWriter {
    const writer = this.#writer;
    return {
      onError: writer.onError,
      onClose: writer.onClose,
      write: (message) => {
        if (Message.isResponse(message)) {
          this.#unanswered.delete(String(message.id));
        }
        return writer.write(message);
      },
      end: () => writer.end(),
      dispose: () => writer.dispose(),
    };
  }

  listen(callback: DataCallback): Disposable {
    return this.#reader.listen((message) => this.#take(message, callback));
  }

  /** A message came that is no JSON. */
  garbage(): void {
    this.#refuse(null, { code: ErrorCodes.ParseError, message: 'A message has to be JSON.' });
  }

  #take(message: unknown, callback: DataCallback): void {
    const letIn = (changed: object) => callback({ jsonrpc: '2.0', ...changed });
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#refuse(null, { code: ErrorCodes.InvalidRequest, message: 'A message has to be one object.' });
      return;
    }
    const { id, method, params, result, error }: Received = message;
    if (method === undefined && isId(id)) {
      letIn({ id, ...outcomeOf(result, error) });
    } else if (typeof method !== 'string' || (id !== undefined && !isId(id))) {
      const message = 'A request has to have a method that is a string, and an id that is a string or a number.';
      this.#refuse(isId(id) ? id : null, { code: ErrorCodes.InvalidRequest, message });
    } else if (id === undefined) {
      this.#takeNotification(method, params, letIn);
    } else {
      this.#takeRequest(id, method, params, letIn);
    }
  }

  #takeRequest(id: Id, method: string, params: unknown, letIn: (request: object) => void): void {
    const refusal = this.#untimely(method) ?? this.#repeated(id);
    if (refusal) {
      this.#refuse(id, refusal);
      return;
    }
    const checked = checkRequest(method, params);
    if ('problem' in checked) {
      this.#refuse(id, { code: ErrorCodes.InvalidParams, message: checked.problem });
      return;
    }
    if (method === 'initialize') {
      this.#stage = 'at work';
    }
    if (method === 'shutdown') {
      this.#stage = 'shut down';
    }
    this.#unanswered.add(String(id));
    letIn({ id, method, ...withParams(checked.params) });
  }

  /** Refusal of a request that may not come at this stage of the lifecycle; null where it may. */
  #untimely(method: string): Refusal | null {
    if (this.#stage === 'shut down') {
      return { code: ErrorCodes.InvalidRequest, message: 'The server was shut down.' };
    }
    const isFirst = this.#stage === 'before initialize';
    if (isFirst === (method === 'initialize')) {
      return null;
    }
    return isFirst
      ? { code: ErrorCodes.ServerNotInitialized, message: 'The first request has to be "initialize".' }
      : { code: ErrorCodes.InvalidRequest, message: 'The server was initialized before; start another one.' };
  }

  #repeated(id: Id): Refusal | null {
    if (!this.#unanswered.has(String(id))) {
      return null;
    }
    return { code: ErrorCodes.InvalidRequest, message: 'A request with this id waits for its answer already.' };
  }

  #takeNotification(method: string, params: unknown, letIn: (notification: object) => void): void {
    if (method !== 'exit' && this.#stage !== 'at work') {
      return;
    }
    const checked = checkNotification(method, params);
    if ('problem' in checked) {
      this.#log(`A notification was dropped: ${checked.problem}`);
    } else {
      letIn({ method, ...withParams(checked.params) });
    }
  }

  #refuse(id: Id | null, refusal: Refusal): void {
    this.#write({ id, error: refusal });
  }

  #log(message: string): void {
    this.#write({ method: 'window/logMessage', params: { type: 2, message } });
  }

  #write(message: object): void {
    // A client that is gone misses it.
    this.#writer.write({ jsonrpc: '2.0', ...message }).catch(() => {});
  }
}

function isId(id: unknown): id is Id {
  return typeof id === 'string' || Number.isFinite(id);
}

function withParams(params: unknown): { params?: unknown } {
  return params === undefined ? {} : { params };
}

/** The library waits for ever for a response whose result is missing. */
function outcomeOf(result: unknown, error: unknown): { result: unknown } | { error: object } {
  if (error === undefined || error === null) {
    return { result: result ?? null };
  }
  return { error: typeof error === 'object' ? error : { code: ErrorCodes.UnknownErrorCode, message: String(error) } };
}
