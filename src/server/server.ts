import { join } from 'node:path';
import * as v from 'valibot';
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  type ProtocolNotificationType,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../../package.json';
import type { Explanation } from '../protocol/completion';
import { bpc, suggestionsFrom } from '../protocol/format';
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
  type Statistics,
  TRAINING,
  TRUSTED,
} from '../protocol/lsp';
import type { TrainingEvent } from '../protocol/training-events';
import { WorkspaceReader } from '../reader/client';
import { Announcements } from './announcements';
import { CodeAwareSamples } from './code-aware-sample';
import { alone, type Commands, execute, taking } from './commands';
import { isTooLong, openDocuments } from './documents';
import { explain } from './explain';
import { generateAt } from './generate-at';
import { setUpGpu } from './gpu';
import { InlineCompletions } from './inline-completion';
import { type Model, Models } from './models';
import { OtherWindowWatcher } from './other-window';
import { showProgress } from './progress';
import { Registration } from './registration';
import { answering, inBackground, inReasonableTime, onRequest } from './requests';
import { Runs } from './runs';
import { SettingsSource } from './settings';
import { SuggestionStatistics } from './statistics';
import { StatusReporter } from './status';
import { TrainingSupervisor } from './training-supervisor';
import { defaultStorage, OpenFolders } from './workspace';
import { WorkspaceMemory } from './workspace-memory';
import { WorkspaceNames } from './workspace-names';

/**
 * Starts the language server on a connection; the rest is set up when the client has said who it is. `close` ends all that it has
 * begun, or has it end soon.
 */
export function startServer(connection: Connection): { close(): void } {
  const documents = openDocuments(connection);
  let server: Server | null = null;
  connection.onInitialize((params) => {
    server = new Server(connection, documents, params);
    return server.capabilities;
  });
  connection.listen();
  return { close: () => server?.close() };
}

/** Puts the parts together and routes messages to them. */
class Server {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #params: InitializeParams;
  readonly #folders: OpenFolders;
  readonly #announcements: Announcements;
  readonly #closing = new AbortController();
  readonly #settings: SettingsSource;
  readonly #reporter: StatusReporter;
  readonly #runs: Runs;
  readonly #statistics: SuggestionStatistics;
  readonly #names: WorkspaceNames;
  readonly #memory: WorkspaceMemory;
  readonly #codeAwareSamples: CodeAwareSamples;
  readonly #models: Models;
  readonly #completions: InlineCompletions;
  readonly #training: TrainingSupervisor;
  readonly #otherWindow: OtherWindowWatcher;
  readonly #registration: Registration | null;
  #isTrusted: boolean;
  #hasBegun = false;

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, params: InitializeParams) {
    const { workspace, textDocument } = params.capabilities;
    const options = v.parse(v.partial(ServerOptions), params.initializationOptions ?? {});
    const log = (line: string) => connection.console.log(line);
    const wantsNotifications = options.notifications ?? false;
    const notify = (method: string, message: unknown) => {
      // A client that is gone misses what it is told.
      if (wantsNotifications) {
        connection.sendNotification(method, message).catch(() => {});
      }
    };
    const document = (uri: string) => documents.get(uri);
    this.#connection = connection;
    this.#documents = documents;
    this.#params = params;
    this.#isTrusted = options.trusted ?? true;
    this.#folders = new OpenFolders(connection, params);
    this.#announcements = new Announcements(connection, !wantsNotifications);
    this.#settings = new SettingsSource(connection, workspace?.configuration === true, () =>
      inBackground(log, this.#takeUpMemory()),
    );
    this.#reporter = new StatusReporter((status) => notify(STATUS, status));
    const storage = options.storage ?? defaultStorage(params);
    this.#runs = new Runs(storage);
    this.#statistics = new SuggestionStatistics(join(storage, 'statistics.json'), (statistics) =>
      notify(STATISTICS_CHANGED, statistics),
    );
    this.#registration = textDocument?.inlineCompletion?.dynamicRegistration ? new Registration(connection) : null;
    this.#completions = new InlineCompletions({
      document,
      settings: (uri) => this.#settings.of(uri),
      model: () => this.#models.current,
      nameOf: (uri) => this.#memory.nameOf(uri),
      statistics: this.#statistics,
      rangeFromLineStart: options.rangeFromLineStart ?? false,
      log,
    });
    const reader = new WorkspaceReader({
      folders: () => this.#folders.paths(),
      excludes: async () => (await this.#settings.ofWindow()).exclude,
      log,
    });
    this.#names = new WorkspaceNames({ reader, log });
    this.#memory = new WorkspaceMemory({
      folders: () => this.#folders.paths(),
      reader,
      settings: () => this.#settings.ofWindow(),
      openDocuments: () =>
        documents
          .all()
          .filter((open) => !isTooLong(open))
          .map((open) => ({ uri: open.uri, text: () => open.getText() })),
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
    this.#training = new TrainingSupervisor({
      runs: this.#runs,
      reporter: this.#reporter,
      settings: () => this.#settings.ofWindow(),
      folders: () => this.#folders.paths(),
      isTrusted: () => this.#isTrusted,
      showProgress: (onCancel) => showProgress(connection, { title: 'training', percentage: 0 }, onCancel),
      notify: (event) => {
        notify(TRAINING, event);
        this.#onTraining(event, log);
      },
      onFailure: (message) => this.#announcements.error(message),
      refreshModel: () => this.#models.refresh(),
      log,
    });
    this.#otherWindow = new OtherWindowWatcher({
      runs: this.#runs,
      reporter: this.#reporter,
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
      serverInfo: { name: 'Understudy', version },
    };
  }

  #route(): void {
    const connection = this.#connection;
    const document = (uri: string) => this.#documents.get(uri);
    const model = () => this.#models.current;
    const log = (line: string) => connection.console.log(line);
    connection.onInitialized(() => inBackground(log, this.#begin()));
    this.#documents.onDidChangeContent(({ document: changed }) => {
      if (isTooLong(changed)) {
        return;
      }
      this.#completions.changed(changed);
      this.#memory.changed(changed.uri, () => changed.getText());
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      const onDisk = changes.filter(({ uri }) => document(uri) === undefined);
      inBackground(log, this.#memory.saved(onDisk.map(({ uri }) => uri)));
    });
    this.#documents.onDidClose(({ document: { uri } }) => {
      this.#settings.forget(uri);
      this.#models.current?.completer.forget(uri);
    });
    connection.languages.inlineCompletion.on((params, token) =>
      answering(connection, () => this.#completions.answer(params, token)),
    );
    const commands = this.#commands();
    connection.onExecuteCommand((params) => answering(connection, () => execute(commands, params)));
    connection.onNotification(TRUSTED, () => {
      this.#isTrusted = true;
      inBackground(
        log,
        this.#models.refresh().then(() => this.#takeUpMemory()),
      );
    });
    onRequest(connection, HISTORY, v.unknown(), async () => this.#history());
    onRequest(connection, STATISTICS, v.unknown(), async () => this.#statistics.statistics);
    onRequest(connection, RESET_STATISTICS, v.unknown(), async () => this.#resetStatistics());
    onRequest(connection, SET_UP_GPU, SetUpGpuParams, (params) =>
      setUpGpu(params, {
        isTrusted: () => this.#isTrusted,
        folders: () => this.#folders.paths(),
        showProgress: (onCancel) => showProgress(connection, { title: 'setting up the GPU' }, onCancel),
        closing: this.#closing.signal,
        log,
      }),
    );
    connection.onShutdown(() => {
      this.close();
      return this.#statistics.flush().catch(() => {});
    });
    onRequest(connection, DELETE_MODELS, v.unknown(), () => this.#deleteModels());
    onRequest(connection, GENERATE, GenerateParams, (params, token) =>
      generateAt(params, token, { document, model, names: this.#names.known }),
    );
    onRequest(connection, CODE_AWARE_SAMPLE, CodeAwareSampleParams, (params) => this.#codeAwareSamples.write(params));
    onRequest(connection, EXPLAIN, ExplainParams, (params) => this.#explain(params));
  }

  #commands(): Commands {
    return new Map([
      [ServerCommand.train, alone(() => this.#training.start({ resume: false }))],
      [ServerCommand.resume, alone(() => this.#training.start({ resume: true }))],
      [ServerCommand.stop, alone(() => this.#training.stop())],
      [ServerCommand.status, alone(async () => this.#reporter.status)],
      [ServerCommand.explain, taking(ExplainParams, (params) => this.#explain(params))],
      [ServerCommand.statistics, alone(async () => this.#statistics.statistics)],
      [ServerCommand.resetStatistics, alone(async () => this.#resetStatistics())],
      [ServerCommand.deleteModels, alone(() => this.#deleteModels())],
    ]);
  }

  /** Ends what goes on; what cannot end at once does so soon, and nothing new begins. */
  close(): void {
    this.#closing.abort();
    this.#training.close();
    this.#memory.close();
    this.#names.close();
    this.#completions.close();
  }

  /** The client is ready: takes up what earlier sessions left. */
  async #begin(): Promise<void> {
    if (this.#hasBegun) {
      return;
    }
    this.#hasBegun = true;
    if (this.#params.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await this.#register(DidChangeConfigurationNotification.type, { section: 'understudy' });
    }
    await this.#runs.settle().catch((error: unknown) => this.#connection.console.warn(String(error)));
    this.#otherWindow.watch();
    await this.#models.refresh();
    this.#announceNoModel();
    await this.#watchFiles();
    await this.#takeUpMemory();
  }

  /** A client that registers nothing misses some comfort. */
  async #register<RO>(type: ProtocolNotificationType<unknown, RO>, options: RO): Promise<void> {
    try {
      await inReasonableTime(this.#connection.client.register(type, options));
    } catch (error) {
      this.#connection.console.warn(`The client did not register ${type.method}: ${error}`);
    }
  }

  #announceNoModel(): void {
    if (this.#reporter.status.kind !== 'no-model' || !this.#isTrusted) {
      return;
    }
    this.#announcements.info(`Understudy has no model of this workspace yet: run the command ${ServerCommand.train}.`);
  }

  /** Where something was learnt before, the memory is there as well, unless it is switched off. */
  async #takeUpMemory(): Promise<void> {
    const { memory: isWanted } = await this.#settings.ofWindow();
    const isDue = this.#isTrusted && (this.#runs.newestCheckpoint() !== null || this.#training.isRunning);
    if (!isWanted) {
      await this.#memory.drop();
    } else if (isDue && this.#memory.current === null) {
      await this.#memory.build();
    }
  }

  /** Another window has trained, or has deleted what completes here: of that nothing may stay. */
  async #followRuns(): Promise<void> {
    if (this.#runs.newestCheckpoint() === null && !this.#runs.isTrainedByOther) {
      await this.#memory.drop();
    }
    await this.#models.refresh();
    await this.#takeUpMemory();
  }

  async #watchFiles(): Promise<void> {
    if (!this.#params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      return;
    }
    const watchers = [{ globPattern: '**/*.py' }];
    await this.#register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  #explain(params: ExplainParams): Promise<Explanation> {
    return explain(params, {
      document: (uri) => this.#documents.get(uri),
      model: () => this.#models.current,
      nameOf: (uri) => this.#memory.nameOf(uri),
      settings: (uri) => this.#settings.of(uri),
      isTrusted: () => this.#isTrusted,
      isTraining: () => this.#training.isRunning,
    });
  }

  #resetStatistics(): Statistics {
    this.#statistics.reset();
    return this.#statistics.statistics;
  }

  #history(): History {
    return { status: this.#reporter.status, events: this.#runs.events() };
  }

  async #deleteModels(): Promise<DeleteModelsResult> {
    if (this.#training.isRunning) {
      await this.#training.stop();
    }
    const deleted = await this.#runs.deleteAll();
    this.#reporter.update({ trainingProblem: null });
    await this.#memory.drop();
    await this.#models.refresh();
    return { deleted };
  }

  #onTraining(event: TrainingEvent, log: (line: string) => void): void {
    // The files are read for the training anyway.
    if (event.kind === 'corpus') {
      inBackground(log, this.#names.refresh());
      inBackground(log, this.#memory.build());
    }
    if (event.kind === 'finished' && event.reason === 'completed') {
      const quality = event.validationBpc ?? event.trainBpc;
      const figure = quality === null ? '' : ` at ${bpc(quality)} bits per character`;
      const model = this.#models.current?.state ?? null;
      this.#announcements.info(`The training has ended${figure}. ${suggestionsFrom(model)}`);
    }
  }

  #onModel(model: Model | null, problem: string | null): void {
    this.#reporter.update({ model: model?.state ?? null, modelProblem: problem, paused: this.#runs.paused() });
    const log = (line: string) => this.#connection.console.log(line);
    if (this.#registration) {
      inBackground(log, this.#registration.set(model !== null));
    }
    if (model) {
      inBackground(log, this.#names.ready());
    }
  }
}
