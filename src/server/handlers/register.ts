import {
  Activation,
  CodeAwareSample,
  DeleteModels,
  DeleteRun,
  Explain,
  ExportRun,
  Generate,
  GenerateText,
  History,
  Inspect,
  LookBack,
  MeasureContext,
  ReadContext,
  ReadRuns,
  ReadStatistics,
  ReadTrainingFiles,
  RenameRun,
  ResetStatistics,
  SetUpGpu,
  SuggestFrom,
  Trusted,
  Units,
} from '../../protocol/messages';
import { abortedBy, answering, handle, handleInParts } from '../requests';
import { isTooLong } from '../services/documents';
import { showProgress } from '../services/progress';
import type { Session } from '../session';
import { commandsOf, execute } from './execute-command';
import { explain, explainSetup } from './explain';
import { generateAt } from './generate-at';
import { setUpGpu } from './set-up-gpu';

/** Routes every message of the client to what answers it. */
export function registerHandlers(session: Session): void {
  registerLifecycle(session);
  registerDocuments(session);
  registerStandardRequests(session);
  registerOwnRequests(session);
}

function registerLifecycle(session: Session): void {
  const { connection } = session;
  connection.onInitialized(() => session.inBackground(session.begin()));
  connection.onNotification(Trusted.method, () => session.inBackground(session.trust()));
  connection.onShutdown(() => {
    session.close();
    return session.statistics.flush().catch(() => {});
  });
}

function registerDocuments(session: Session): void {
  const { connection, documents } = session;
  documents.onDidChangeContent(({ document }) => {
    if (isTooLong(document)) {
      return;
    }
    session.completions.changed(document);
    session.memory.changed(document.uri, () => document.getText());
  });
  documents.onDidClose(({ document: { uri } }) => {
    session.settings.forget(uri);
    session.models.current?.completer.forget(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const onDisk = changes.filter(({ uri }) => session.document(uri) === undefined);
    session.inBackground(session.memory.saved(onDisk.map(({ uri }) => uri)));
  });
}

function registerStandardRequests(session: Session): void {
  const { connection } = session;
  connection.languages.inlineCompletion.on((params, token) =>
    answering(connection, () => session.completions.answer(params, token)),
  );
  const commands = commandsOf(session);
  connection.onExecuteCommand((params) => answering(connection, () => execute(commands, params)));
}

function registerOwnRequests(session: Session): void {
  const { connection, statistics } = session;
  handle(connection, History, async () => ({ status: session.reporter.status, events: session.runs.events() }));
  handle(connection, ReadStatistics, async () => statistics.statistics);
  handle(connection, ResetStatistics, async () => statistics.reset());
  handle(connection, DeleteModels, () => session.deleteModels());
  handle(connection, ReadRuns, async () => ({ runs: await session.runs.summaries() }));
  handle(connection, ReadTrainingFiles, async () => session.runs.current.files());
  handle(connection, RenameRun, async ({ id, name }) => {
    await session.runs.rename(id, name);
    return null;
  });
  handle(connection, ExportRun, (params) => session.runs.export(params));
  handle(connection, DeleteRun, async ({ id }) => {
    await session.deleteRun(id);
    return null;
  });
  handle(connection, Explain, (params) => explain(params, explainSetup(session)));
  handle(connection, Generate, (params, token) =>
    generateAt(params, token, {
      document: session.document,
      model: () => session.models.current,
      names: session.names.known,
    }),
  );
  handle(connection, CodeAwareSample, (params) => session.codeAwareSamples.write(params));
  handle(connection, Inspect, (params, token) => session.inspection.inspect(params, abortedBy(token)));
  handle(connection, Activation, (params, token) => session.inspection.activation(params, abortedBy(token)));
  handle(connection, Units, (params, token) => session.unitRankings.units(params, abortedBy(token)));
  handle(connection, LookBack, (params, token) => session.inspection.lookBack(params, abortedBy(token)));
  handle(connection, ReadContext, async (params) => session.contextMeasurement.kept(params));
  handleInParts(connection, MeasureContext, (params, token, onPart) =>
    session.contextMeasurement.measure(params, abortedBy(token), onPart),
  );
  handleInParts(connection, GenerateText, (params, token, onPart) =>
    session.generation.write(params, abortedBy(token), onPart),
  );
  handle(connection, SuggestFrom, (params) => session.suggestFrom(params));
  handle(connection, SetUpGpu, (params) =>
    setUpGpu(params, {
      isTrusted: () => session.isTrusted,
      folders: () => session.folders.paths(),
      showProgress: (onCancel) => showProgress(connection, { title: 'setting up the GPU' }, onCancel),
      closing: session.closing,
      log: session.log,
    }),
  );
}
