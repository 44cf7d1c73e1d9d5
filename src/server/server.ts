import { join } from 'node:path';
import * as v from 'valibot';
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  CODE_AWARE_SAMPLE,
  CodeAwareSampleParams,
  DELETE_MODELS,
  type DeleteModelsResult,
  EXPLAIN,
  ExplainParams,
  GENERATE,
  GenerateParams,
  HISTORY,
  type History,
  RESET_STATISTICS,
  SET_UP_GPU,
  ServerCommand,
  ServerOptions,
  SetUpGpuParams,
  STATISTICS,
  STATISTICS_CHANGED,
  STATUS,
  TRAINING,
  TRUSTED,
} from '../protocol/lsp';
import { UserError } from '../protocol/user-error';
import { CodeAwareSamples } from './code-aware-sample';
import { Elsewhere } from './elsewhere';
import { explain } from './explain';
import { generateAt } from './generate';
import { setUpGpu } from './gpu';
import { InlineCompletions } from './inline-completion';
import { type Model, Models } from './models';
import { showProgress } from './progress';
import { Registration } from './registration';
import { answering, onRequest } from './requests';
import { Runs } from './runs';
import { SettingsSource } from './settings';
import { StatisticsKeeper } from './statistics';
import { StatusBoard } from './status';
import { TrainingControl } from './training';
import { defaultStorage, openFolders } from './workspace';
import { WorkspaceMemory } from './workspace-memory';
import { WorkspaceNames } from './workspace-names';
import { WorkspaceReader } from './workspace-reader';

/** Starts the language server on a connection; the rest is set up when the client has said who it is. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  documents.listen(connection);
  connection.onInitialize((params) => new Server(connection, documents, params).capabilities);
  connection.listen();
}

/** Puts the parts together and routes messages to them. */
class Server {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #params: InitializeParams;
  readonly #settings: SettingsSource;
  readonly #board: StatusBoard;
  readonly #runs: Runs;
  readonly #statistics: StatisticsKeeper;
  readonly #names: WorkspaceNames;
  readonly #memory: WorkspaceMemory;
  readonly #codeAwareSamples: CodeAwareSamples;
  readonly #models: Models;
  readonly #completions: InlineCompletions;
  readonly #training: TrainingControl;
  readonly #elsewhere: Elsewhere;
  readonly #registration: Registration | null;
  #isTrusted: boolean;

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, params: InitializeParams) {
    const { workspace, textDocument } = params.capabilities;
    const options = v.parse(v.partial(ServerOptions), params.initializationOptions ?? {});
    const log = (line: string) => connection.console.log(line);
    // A client that is gone misses what it is told.
    const tell = (method: string, message: unknown) =>
      void connection.sendNotification(method, message).catch(() => {});
    const document = (uri: string) => documents.get(uri);
    this.#connection = connection;
    this.#documents = documents;
    this.#params = params;
    this.#isTrusted = options.trusted ?? true;
    this.#settings = new SettingsSource(connection, workspace?.configuration === true, () => void this.#takeUpMemory());
    this.#board = new StatusBoard((status) => tell(STATUS, status));
    const storage = options.storage ?? defaultStorage(params);
    this.#runs = new Runs(storage);
    this.#statistics = new StatisticsKeeper(join(storage, 'statistics.json'), (statistics) =>
      tell(STATISTICS_CHANGED, statistics),
    );
    this.#registration = textDocument?.inlineCompletion?.dynamicRegistration ? new Registration(connection) : null;
    this.#completions = new InlineCompletions({
      document,
      settings: (uri) => this.#settings.of(uri),
      model: () => this.#models.current,
      nameOf: (uri) => this.#memory.nameOf(uri),
      statistics: this.#statistics,
      log,
    });
    const reader = new WorkspaceReader({
      folders: () => openFolders(connection, params),
      excludes: async () => (await this.#settings.ofWindow()).exclude,
      log,
    });
    this.#names = new WorkspaceNames({ reader, log });
    this.#memory = new WorkspaceMemory({
      folders: () => openFolders(connection, params),
      reader,
      settings: () => this.#settings.ofWindow(),
      openDocuments: () => documents.all().map((open) => ({ uri: open.uri, text: () => open.getText() })),
      withNetwork: (work) => this.#models.current?.use(work) ?? work(null),
      onChange: () => this.#models.refresh(),
      log,
    });
    this.#codeAwareSamples = new CodeAwareSamples({
      run: this.#runs.current,
      settings: () => this.#settings.ofWindow(),
      names: this.#names,
      isTrusted: () => this.#isTrusted,
    });
    this.#models = new Models({
      newestCheckpoint: () => (this.#isTrusted ? this.#runs.newestCheckpoint() : null),
      memory: () => this.#memory.current,
      settings: () => this.#settings.ofWindow(),
      names: this.#names.known,
      warm: (model) => this.#completions.warm(model),
      onChange: (model, problem) => this.#onModel(model, problem),
      log,
    });
    this.#training = new TrainingControl({
      runs: this.#runs,
      board: this.#board,
      settings: () => this.#settings.ofWindow(),
      folders: () => openFolders(connection, params),
      isTrusted: () => this.#isTrusted,
      showProgress: (onCancel) => showProgress(connection, { title: 'training', percentage: 0 }, onCancel),
      tell: (event) => {
        tell(TRAINING, event);
        // The files are read for the training anyway.
        if (event.kind === 'corpus') {
          void this.#names.refresh();
          void this.#memory.build();
        }
      },
      refreshModel: () => this.#models.refresh(),
      log,
    });
    this.#elsewhere = new Elsewhere({
      runs: this.#runs,
      board: this.#board,
      isTraining: () => this.#training.isRunning,
      refreshModel: () => this.#followRuns(),
    });
    this.#route();
  }

  get capabilities(): InitializeResult {
    return {
      capabilities: {
        executeCommandProvider: { commands: Object.values(ServerCommand) },
        // A client that can register later does so when there is a model.
        ...(this.#registration ? {} : { inlineCompletionProvider: true }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: false } },
      },
      serverInfo: { name: 'Understudy' },
    };
  }

  #route(): void {
    const connection = this.#connection;
    const document = (uri: string) => this.#documents.get(uri);
    const model = () => this.#models.current;
    connection.onInitialized(() => void answering(connection, () => this.#begin()));
    this.#documents.onDidChangeContent(({ document: changed }) => {
      this.#completions.changed(changed);
      this.#memory.changed(changed.uri, () => changed.getText());
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      const onDisk = changes.filter(({ uri }) => document(uri) === undefined);
      void this.#memory.saved(onDisk.map(({ uri }) => uri));
    });
    this.#documents.onDidClose(({ document: { uri } }) => {
      this.#settings.forget(uri);
      this.#models.current?.completer.forget(uri);
    });
    connection.languages.inlineCompletion.on((params, token) =>
      answering(connection, () => this.#completions.answer(params, token)),
    );
    connection.onExecuteCommand(({ command }) => answering(connection, () => this.#execute(command)));
    connection.onNotification(TRUSTED, () => {
      this.#isTrusted = true;
      void this.#models.refresh().then(() => this.#takeUpMemory());
    });
    onRequest(connection, HISTORY, v.unknown(), async () => this.#history());
    onRequest(connection, STATISTICS, v.unknown(), async () => this.#statistics.statistics);
    onRequest(connection, RESET_STATISTICS, v.unknown(), async () => {
      this.#statistics.reset();
      return this.#statistics.statistics;
    });
    onRequest(connection, SET_UP_GPU, SetUpGpuParams, (params) =>
      setUpGpu(params, {
        isTrusted: () => this.#isTrusted,
        folders: () => openFolders(connection, this.#params),
        showProgress: (onCancel) => showProgress(connection, { title: 'setting up the GPU' }, onCancel),
        log: (line) => connection.console.log(line),
      }),
    );
    connection.onShutdown(() => this.#statistics.flush().catch(() => {}));
    onRequest(connection, DELETE_MODELS, v.unknown(), () => this.#deleteModels());
    onRequest(connection, GENERATE, GenerateParams, (params, token) =>
      generateAt(params, token, { document, model, names: this.#names.known }),
    );
    onRequest(connection, CODE_AWARE_SAMPLE, CodeAwareSampleParams, (params) => this.#codeAwareSamples.write(params));
    onRequest(connection, EXPLAIN, ExplainParams, (params) =>
      explain(params, {
        document,
        model,
        nameOf: (uri) => this.#memory.nameOf(uri),
        settings: (uri) => this.#settings.of(uri),
        isTrusted: () => this.#isTrusted,
        isTraining: () => this.#training.isRunning,
      }),
    );
  }

  /** The client is ready: takes up what earlier sessions left. */
  async #begin(): Promise<void> {
    if (this.#params.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: 'understudy' });
    }
    await this.#runs.settle().catch((error: unknown) => this.#connection.console.warn(String(error)));
    this.#elsewhere.watch();
    await this.#models.refresh();
    await this.#watchFiles();
    void this.#takeUpMemory();
  }

  /** Where something was learnt before, the memory is there as well, unless it is switched off. */
  async #takeUpMemory(): Promise<void> {
    const { memory: isWanted } = await this.#settings.ofWindow();
    const isDue = this.#isTrusted && (this.#runs.newestCheckpoint() !== null || this.#training.isRunning);
    if (!isWanted) await this.#memory.drop();
    else if (isDue && this.#memory.current === null) await this.#memory.build();
  }

  /** Another window has trained, or has deleted what completes here: of that nothing may stay. */
  async #followRuns(): Promise<void> {
    if (this.#runs.newestCheckpoint() === null && !this.#runs.isTrainedByOther) await this.#memory.drop();
    await this.#models.refresh();
    await this.#takeUpMemory();
  }

  async #watchFiles(): Promise<void> {
    if (!this.#params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    const watchers = [{ globPattern: '**/*.py' }];
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  async #execute(command: string): Promise<null> {
    switch (command) {
      case ServerCommand.train:
        await this.#training.start({ resume: false });
        return null;
      case ServerCommand.resume:
        await this.#training.start({ resume: true });
        return null;
      case ServerCommand.stop:
        await this.#training.stop();
        return null;
      default:
        throw new UserError(`Understudy has no command "${command}".`);
    }
  }

  #history(): History {
    return { status: this.#board.status, events: this.#runs.events() };
  }

  async #deleteModels(): Promise<DeleteModelsResult> {
    if (this.#training.isRunning) await this.#training.stop();
    const deleted = await this.#runs.deleteAll();
    this.#board.update({ trainingProblem: null });
    await this.#memory.drop();
    await this.#models.refresh();
    return { deleted };
  }

  #onModel(model: Model | null, problem: string | null): void {
    this.#board.update({ model: model?.state ?? null, modelProblem: problem, paused: this.#runs.paused() });
    void this.#registration?.set(model !== null);
    if (model) void this.#names.ready();
  }
}
