import { join } from 'node:path';
import * as v from 'valibot';
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type ProtocolNotificationType,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { bpc, suggestionsFrom } from '../protocol/format';
import {
  type DeleteModels,
  ServerCommand,
  ServerOptions,
  StatisticsChanged,
  StatusChanged,
  type SuggestFrom,
  Training,
} from '../protocol/messages';
import type { NotificationKind, ParamsOf, ResultOf } from '../protocol/request-kind';
import type { TrainingEvent } from '../protocol/training-events';
import { WorkspaceReader } from '../reader/workspace-reader';
import { cancellation, inBackground, inReasonableTime } from './requests';
import { Announcements } from './services/announcements';
import { CheckpointSource } from './services/checkpoint-source';
import { CodeAwareSamples } from './services/code-aware-samples';
import { ContextMeasurement } from './services/context-measurement';
import { isTooLong } from './services/documents';
import { EpochNetworks } from './services/epoch-networks';
import { TextGeneration } from './services/generation';
import { InlineCompletions } from './services/inline-completions';
import { Inspection } from './services/inspection';
import { type CompletionModel, Models } from './services/models';
import { OtherWindowWatcher } from './services/other-window';
import { showProgress } from './services/progress';
import { Registration } from './services/registration';
import { Runs } from './services/runs';
import { SettingsSource } from './services/settings';
import { SuggestionStatistics } from './services/statistics';
import { StatusReporter } from './services/status';
import { TrainingSupervisor } from './services/training-supervisor';
import { UnitRankings } from './services/unit-rankings';
import { defaultStorage, OpenFolders } from './services/workspace';
import { WorkspaceMemory } from './services/workspace-memory';
import { WorkspaceNames } from './services/workspace-names';

const Options = v.partial(ServerOptions);

/** Session of a client: the services, put together, and their interactions. */
export class Session {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly folders: OpenFolders;
  readonly settings: SettingsSource;
  readonly reporter: StatusReporter;
  readonly runs: Runs;
  readonly statistics: SuggestionStatistics;
  readonly names: WorkspaceNames;
  readonly memory: WorkspaceMemory;
  readonly codeAwareSamples: CodeAwareSamples;
  readonly epochNetworks: EpochNetworks;
  readonly inspection: Inspection;
  readonly unitRankings: UnitRankings;
  readonly contextMeasurement: ContextMeasurement;
  readonly generation: TextGeneration;
  readonly checkpoints: CheckpointSource;
  readonly models: Models;
  readonly completions: InlineCompletions;
  readonly training: TrainingSupervisor;
  /** null for a client to which the provider cannot be registered later. */
  readonly registration: Registration | null;
  readonly #params: InitializeParams;
  readonly #options: v.InferOutput<typeof Options>;
  readonly #announcements: Announcements;
  readonly #otherWindow: OtherWindowWatcher;
  readonly #closing = new AbortController();
  #isTrusted: boolean;
  #hasBegun = false;

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, params: InitializeParams) {
    const { workspace, textDocument } = params.capabilities;
    const options = v.parse(Options, params.initializationOptions ?? {});
    const storage = options.storage ?? defaultStorage(params);
    this.connection = connection;
    this.documents = documents;
    this.#params = params;
    this.#options = options;
    this.#isTrusted = options.trusted ?? true;
    this.#announcements = new Announcements(connection, !options.notifications);
    this.folders = new OpenFolders(connection, params);
    this.settings = new SettingsSource(connection, workspace?.configuration === true, () =>
      this.inBackground(this.#takeUpMemory()),
    );
    this.reporter = new StatusReporter((status) => this.#notify(StatusChanged, status));
    this.runs = new Runs(storage);
    this.checkpoints = new CheckpointSource({
      runs: this.runs,
      path: join(storage, 'suggest-from.json'),
      isTrusted: () => this.#isTrusted,
      onLoss: (message) => this.#announcements.toAll(message),
    });
    this.statistics = new SuggestionStatistics(join(storage, 'statistics.json'), (statistics) =>
      this.#notify(StatisticsChanged, statistics),
    );
    this.registration = textDocument?.inlineCompletion?.dynamicRegistration ? new Registration(connection) : null;
    const reader = this.#newReader();
    this.names = new WorkspaceNames({ reader, log: this.log });
    this.memory = this.#newMemory(reader);
    this.codeAwareSamples = new CodeAwareSamples({
      run: this.runs.current,
      settings: () => this.settings.ofWindow(),
      names: this.names,
      isTrusted: () => this.#isTrusted,
    });
    this.epochNetworks = new EpochNetworks({
      checkpoints: this.checkpoints,
      settings: () => this.settings.ofWindow(),
    });
    const untilIdle = async () => this.models.current?.completer.idle();
    const { epochNetworks: networks, runs, checkpoints, closing } = this;
    this.inspection = new Inspection({ networks, untilIdle, closing });
    this.unitRankings = new UnitRankings({ networks, checkpoints, reader, untilIdle, closing });
    this.contextMeasurement = new ContextMeasurement({
      runs,
      reader,
      settings: () => this.settings.ofWindow(),
      isTrusted: () => this.#isTrusted,
      untilIdle,
      closing,
    });
    this.generation = new TextGeneration({ networks, untilIdle, closing });
    this.completions = this.#newCompletions();
    this.models = this.#newModels();
    this.training = this.#newTrainingSupervisor();
    this.#otherWindow = new OtherWindowWatcher({
      runs: this.runs,
      reporter: this.reporter,
      isTraining: () => this.training.isRunning,
      refreshModel: () => this.#followRuns(),
    });
  }

  readonly log = (line: string): void => this.connection.console.log(line);

  /** Work that nobody waits for: why it failed goes to the log. */
  inBackground(work: Promise<unknown>): void {
    inBackground(this.log, work);
  }

  readonly document = (uri: string): TextDocument | undefined => this.documents.get(uri);

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** Aborted when the session is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  #newReader(): WorkspaceReader {
    return new WorkspaceReader({
      folders: () => this.folders.paths(),
      excludes: async () => (await this.settings.ofWindow()).exclude,
      log: this.log,
    });
  }

  #newMemory(reader: WorkspaceReader): WorkspaceMemory {
    return new WorkspaceMemory({
      folders: () => this.folders.paths(),
      reader,
      settings: () => this.settings.ofWindow(),
      openDocuments: () =>
        this.documents
          .all()
          .filter((open) => !isTooLong(open))
          .map((open) => ({ uri: open.uri, text: () => open.getText() })),
      withNetwork: (work) => this.models.current?.use(work) ?? work(null),
      onChange: () => this.models.refresh(),
      log: this.log,
    });
  }

  #newCompletions(): InlineCompletions {
    return new InlineCompletions({
      document: this.document,
      settings: (uri) => this.settings.of(uri),
      model: () => this.models.current,
      nameOf: (uri) => this.memory.nameOf(uri),
      statistics: this.statistics,
      rangeFromLineStart: this.#options.rangeFromLineStart ?? false,
      log: this.log,
    });
  }

  #newModels(): Models {
    return new Models({
      checkpoints: this.checkpoints,
      memory: () => this.memory.current,
      settings: () => this.settings.ofWindow(),
      names: this.names.known,
      warm: (model) => this.completions.warm(model),
      onChange: (model, problem) => this.#onModel(model, problem),
      log: this.log,
    });
  }

  #newTrainingSupervisor(): TrainingSupervisor {
    return new TrainingSupervisor({
      runs: this.runs,
      reporter: this.reporter,
      settings: () => this.settings.ofWindow(),
      folders: () => this.folders.paths(),
      isTrusted: () => this.#isTrusted,
      showProgress: (onCancel) => showProgress(this.connection, { title: 'training', percentage: 0 }, onCancel),
      notify: (event) => {
        this.#notify(Training, event);
        this.#onTraining(event);
      },
      onFailure: (message) => this.#announcements.error(message),
      refreshModel: () => this.models.refresh(),
      log: this.log,
    });
  }

  /** The client is ready: takes up what earlier sessions left. */
  async begin(): Promise<void> {
    if (this.#hasBegun) {
      return;
    }
    this.#hasBegun = true;
    if (this.#params.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await this.#register(DidChangeConfigurationNotification.type, { section: 'understudy' });
    }
    await this.runs.settle().catch((error: unknown) => this.connection.console.warn(String(error)));
    this.#otherWindow.watch();
    await this.models.refresh();
    this.#announceNoModel();
    await this.#watchFiles();
    await this.#takeUpMemory();
  }

  /** The workspace became trusted. */
  async trust(): Promise<void> {
    this.#isTrusted = true;
    await this.models.refresh();
    await this.#takeUpMemory();
  }

  async deleteModels(): Promise<ResultOf<typeof DeleteModels>> {
    if (this.training.isRunning) {
      await this.training.stop();
    }
    const deleted = await this.runs.deleteAll();
    this.epochNetworks.forget();
    this.reporter.update({ trainingProblem: null });
    await this.memory.drop();
    await this.models.refresh();
    return { deleted };
  }

  /** Where it completes, another one does from now on, or none. */
  async deleteRun(id: string): Promise<void> {
    await this.runs.delete(id);
    await this.#followRuns();
  }

  /** Makes suggestions come from the network of an epoch; null for the newest again. */
  async suggestFrom({ epoch }: ParamsOf<typeof SuggestFrom>): Promise<ResultOf<typeof SuggestFrom>> {
    await this.checkpoints.choose(epoch);
    await this.models.refresh();
    return { epoch: this.checkpoints.chosenEpoch };
  }

  /** Ends what goes on; what cannot end at once does so soon, and nothing new begins. */
  close(): void {
    this.#closing.abort(cancellation('The server is closing.'));
    this.training.close();
    this.memory.close();
    this.names.close();
    this.completions.close();
    this.epochNetworks.forget();
  }

  /** A client that is gone, or that does not want it, is told nothing. */
  #notify<Params>({ method }: NotificationKind<Params>, params: Params): void {
    if (this.#options.notifications) {
      this.connection.sendNotification(method, params).catch(() => {});
    }
  }

  /** A client that registers nothing misses some comfort. */
  async #register<RO>(type: ProtocolNotificationType<unknown, RO>, options: RO): Promise<void> {
    try {
      await inReasonableTime(this.connection.client.register(type, options));
    } catch (error) {
      this.connection.console.warn(`The client did not register ${type.method}: ${error}`);
    }
  }

  #announceNoModel(): void {
    if (this.reporter.status.kind !== 'no-model' || !this.#isTrusted) {
      return;
    }
    this.#announcements.info(`Understudy has no model of this workspace yet: run the command ${ServerCommand.train}.`);
  }

  /** Where something was learnt before, the memory is there as well, unless it is switched off. */
  async #takeUpMemory(): Promise<void> {
    const { memory: isWanted } = await this.settings.ofWindow();
    const isDue = this.#isTrusted && (this.runs.newestCheckpoint() !== null || this.training.isRunning);
    if (!isWanted) {
      await this.memory.drop();
    } else if (isDue && this.memory.current === null) {
      await this.memory.build();
    }
  }

  /** Another window has trained, or has deleted what completes here: of that nothing may stay. */
  async #followRuns(): Promise<void> {
    if (this.runs.newestCheckpoint() === null && !this.runs.isTrainedByOther) {
      await this.memory.drop();
    }
    await this.models.refresh();
    await this.#takeUpMemory();
  }

  async #watchFiles(): Promise<void> {
    if (!this.#params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      return;
    }
    const watchers = [{ globPattern: '**/*.py' }];
    await this.#register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  #onTraining(event: TrainingEvent): void {
    if (event.kind === 'started' && event.fromEpoch === 0) {
      this.#forgetEpochs();
    }
    // The files are read for the training anyway.
    if (event.kind === 'corpus') {
      this.inBackground(this.names.refresh());
      this.inBackground(this.memory.build());
    }
    if (event.kind === 'finished' && event.reason === 'completed') {
      const quality = event.validationBpc ?? event.trainBpc;
      const figure = quality === null ? '' : ` at ${bpc(quality)} bits per character`;
      const model = this.models.current?.state ?? null;
      this.#announcements.info(`The training has ended${figure}. ${suggestionsFrom(model)}`);
    }
  }

  /** A new training has begun: epochs are other networks now. */
  #forgetEpochs(): void {
    this.epochNetworks.forget();
    this.statistics.forgetEpochs();
    if (this.checkpoints.chosenEpoch !== null) {
      this.inBackground(this.checkpoints.choose(null).then(() => this.models.refresh()));
    }
  }

  #onModel(model: CompletionModel | null, problem: string | null): void {
    this.reporter.update({ model: model?.state ?? null, modelProblem: problem, paused: this.runs.paused() });
    if (this.registration) {
      this.inBackground(this.registration.set(model !== null));
    }
    if (model) {
      this.inBackground(this.names.ready());
    }
  }
}
