import { type ChildProcess, fork, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import {
  createProtocolConnection,
  type InitializeParams,
  type InitializeResult,
  type InlineCompletionItem,
  IPCMessageReader,
  IPCMessageWriter,
  type Position,
  type ProtocolConnection,
  type Registration,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import type { Explanation } from '../../src/protocol/completion';
import {
  Explain,
  History,
  ServerCommand,
  type ServerOptions,
  StatusChanged,
  Training,
} from '../../src/protocol/messages';
import { Status } from '../../src/protocol/model-status';
import type { RequestKind, ResultOf } from '../../src/protocol/request-kind';
import type { Settings } from '../../src/protocol/settings';
import { TrainingEvent } from '../../src/protocol/training-events';

export const ENTRY = join(__dirname, '../../src/server/main.ts');

/** Small enough for the reference engine, and no memory beside it; long enough that only a test ends it. */
export const SMALL: Partial<Settings> = {
  layers: 1,
  units: 16,
  engine: 'reference',
  threads: 1,
  minutes: 60,
  // It knows no end but the time.
  preset: 'talk',
  memory: false,
};

export interface ClientOptions {
  readonly transport?: 'stdio' | 'ipc';
  readonly folders?: readonly string[];
  /** Beside `folders`, as they are. */
  readonly folderUris?: readonly string[];
  /** Beside those of VS Code's client; `null`: the client sends no initialization options. */
  readonly options?: Partial<ServerOptions> | null;
  /** What `workspace/configuration` answers; undefined: the client cannot be asked. */
  readonly settings?: object;
  readonly dynamicRegistration?: boolean;
  readonly progress?: boolean;
  readonly env?: Record<string, string>;
  /** Of Node's. */
  readonly execArgv?: readonly string[];
}

/** A language client on the other end of a real server process. */
export class Client {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  settings: object | undefined;
  readonly #events = new EventEmitter();
  readonly #versions = new Map<string, number>();
  readonly statuses: Status[] = [];
  readonly training: TrainingEvent[] = [];
  readonly progress: { token: string | number; value: { kind: string; percentage?: number; message?: string } }[] = [];
  readonly registrations = new Map<string, Registration>();
  readonly log: string[] = [];
  /** Of `window/showMessage`. */
  readonly messages: { type: number; message: string }[] = [];

  private constructor(process: ChildProcess, connection: ProtocolConnection, settings: object | undefined) {
    this.process = process;
    this.connection = connection;
    this.settings = settings;
    connection.onNotification(StatusChanged.method, (status) => this.#note(this.statuses, v.parse(Status, status)));
    connection.onNotification(Training.method, (event) => this.#note(this.training, v.parse(TrainingEvent, event)));
    connection.onNotification('$/progress', (value) => this.#note(this.progress, value));
    connection.onNotification('window/logMessage', ({ message }) => this.#note(this.log, message));
    connection.onNotification('window/showMessage', (message) => this.#note(this.messages, message));
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('workspace/configuration', ({ items }) => items.map(() => this.settings));
    connection.onRequest('client/registerCapability', ({ registrations }) => {
      for (const registration of registrations) {
        this.registrations.set(registration.method, registration);
      }
      this.#events.emit('change');
      return null;
    });
    connection.onRequest('client/unregisterCapability', ({ unregisterations }) => {
      for (const { method } of unregisterations) {
        this.registrations.delete(method);
      }
      this.#events.emit('change');
      return null;
    });
    connection.listen();
  }

  /** A server process with this client, initialized; both end with the test. */
  static async start(t: TestContext, given: ClientOptions): Promise<Client & { initialized: InitializeResult }> {
    const client = Client.spawn(t, given);
    const initialized = await client.initialize(given);
    return Object.assign(client, { initialized });
  }

  static spawn(
    t: TestContext,
    { transport = 'stdio', settings, env = {}, execArgv: given = [] }: ClientOptions,
  ): Client {
    const execArgv = ['--import', 'tsx', ...given];
    const environment = { ...process.env, ...env };
    const child =
      transport === 'stdio'
        ? spawn(process.execPath, [...execArgv, ENTRY, '--stdio'], {
            env: environment,
            stdio: ['pipe', 'pipe', 'inherit'],
          })
        : fork(ENTRY, ['--node-ipc'], { execArgv, env: environment });
    const connection =
      transport === 'stdio'
        ? createProtocolConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!))
        : createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    t.after(async () => {
      connection.dispose();
      if (child.exitCode !== null || child.signalCode !== null) {
        return;
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    return new Client(child, connection, settings);
  }

  async initialize(given: ClientOptions): Promise<InitializeResult> {
    const { folders = [], folderUris = [], options = null, settings } = given;
    const { dynamicRegistration = true, progress = true } = given;
    const uris = [...folderUris, ...folders.map((folder) => pathToFileURL(folder).href)];
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: uris.map((uri) => ({ uri, name: uri })),
      initializationOptions: options && { notifications: true, rangeFromLineStart: true, ...options },
      capabilities: {
        workspace: { configuration: settings !== undefined },
        textDocument: { inlineCompletion: { dynamicRegistration } },
        window: { workDoneProgress: progress },
      },
    };
    const result = await this.connection.sendRequest<InitializeResult>('initialize', params);
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  execute(command: keyof typeof ServerCommand, ...given: unknown[]): Promise<unknown> {
    return this.connection.sendRequest('workspace/executeCommand', {
      command: ServerCommand[command],
      arguments: given,
    });
  }

  open(uri: string, text: string): Promise<void> {
    this.#versions.set(uri, 1);
    const textDocument = { uri, languageId: 'python', version: 1, text };
    return this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  /** Inserts text at a position, as an editor tells it. */
  insert(uri: string, position: Position, text: string): Promise<void> {
    const version = this.#versions.get(uri)! + 1;
    this.#versions.set(uri, version);
    const contentChanges = [{ range: { start: position, end: position }, text }];
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  complete(uri: string, position: Position, triggerKind: 1 | 2 = 1): Promise<InlineCompletionItem[]> {
    const params = { textDocument: { uri }, position, context: { triggerKind } };
    return this.connection.sendRequest('textDocument/inlineCompletion', params);
  }

  /** As `complete`, asked again until there is something: on a busy machine an answer may come too late. */
  async completeUntilShown(uri: string, position: Position): Promise<InlineCompletionItem[]> {
    for (;;) {
      const items = await this.complete(uri, position);
      if (items.length > 0) {
        return items;
      }
    }
  }

  /** The answer, checked as the extension checks it. */
  async ask<Params, Result>({ method, result }: RequestKind<Params, Result>, params?: Params): Promise<Result> {
    // Parameters that are undefined would be sent as a list with null.
    const { connection } = this;
    const answer = params === undefined ? connection.sendRequest(method) : connection.sendRequest(method, params);
    return v.parse(result, await answer);
  }

  async explain(uri: string, position: Position): Promise<Explanation> {
    return await this.ask(Explain, { uri, position });
  }

  async history(): Promise<ResultOf<typeof History>> {
    return await this.ask(History);
  }

  /** The status as soon as it is of this kind. */
  async status<Kind extends Status['kind']>(kind: Kind): Promise<Extract<Status, { kind: Kind }>> {
    await this.until(() => this.statuses.at(-1)?.kind === kind);
    return this.statuses.at(-1) as Extract<Status, { kind: Kind }>;
  }

  /** Resolves when the server has told what makes `condition` true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await once(this.#events, 'change');
    }
  }

  #note<T>(list: T[], item: T): void {
    list.push(item);
    this.#events.emit('change');
  }
}
