import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { Position, ServerOptions } from '../../protocol/messages';
import { problemOf } from './problem';

/** What standard messages have to carry, as far as this server reads it; what else a client sends is dropped. */

const Range = v.object({ start: Position, end: Position });
const DocumentName = v.object({ uri: v.string() });

const OpenedDocument = v.object({
  textDocument: v.object({
    uri: v.string(),
    languageId: v.optional(v.string(), ''),
    version: v.number(),
    text: v.string(),
  }),
});

/** Without a range the text is the whole document's. */
const Change = v.pipe(
  v.object({ range: v.nullish(Range), text: v.string() }),
  v.transform(({ range, text }) => (range ? { range, text } : { text })),
);
const ChangedDocument = v.object({
  textDocument: v.object({ uri: v.string(), version: v.number() }),
  contentChanges: v.array(Change),
});

const ClosedDocument = v.object({ textDocument: DocumentName });

const WatchedFiles = v.object({ changes: v.array(DocumentName) });

const InlineCompletion = v.object({
  textDocument: DocumentName,
  position: Position,
  context: v.nullish(v.object({ triggerKind: v.optional(v.number()) })),
});

const Command = v.object({ command: v.string(), arguments: v.nullish(v.array(v.unknown())) });

const Id = v.union([v.string(), v.number()]);

const Storage = v.pipe(
  v.string(),
  v.check((path) => isAbsolute(path) && !path.includes('\0'), 'has to be the absolute path of a folder'),
);

/** An empty table of a language without a notation of its own for it comes as an empty list. */
const Options = v.pipe(
  v.unknown(),
  v.transform((given) => (Array.isArray(given) && given.length === 0 ? {} : (given ?? {}))),
  v.partial(v.object({ ...ServerOptions.entries, storage: Storage })),
);

const Section = v.nullish(v.looseObject({}));

/** Kept whole: the library reads the capabilities as well. */
const Initialize = v.looseObject({
  processId: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))),
  capabilities: v.nullish(v.looseObject({ workspace: Section, textDocument: Section, window: Section }), {}),
  initializationOptions: v.optional(Options, {}),
  rootUri: v.nullish(v.string()),
  workspaceFolders: v.nullish(v.array(v.looseObject({ uri: v.string() }))),
});

const REQUESTS = new Map<string, v.GenericSchema>([
  ['initialize', Initialize],
  ['textDocument/inlineCompletion', InlineCompletion],
  ['workspace/executeCommand', Command],
  ['textDocument/willSaveWaitUntil', ClosedDocument],
]);

const NOTIFICATIONS = new Map<string, v.GenericSchema>([
  ['textDocument/didOpen', OpenedDocument],
  ['textDocument/didChange', ChangedDocument],
  ['textDocument/didClose', ClosedDocument],
  ['textDocument/didSave', ClosedDocument],
  ['textDocument/willSave', ClosedDocument],
  ['workspace/didChangeConfiguration', v.object({ settings: v.optional(v.unknown()) })],
  ['workspace/didChangeWatchedFiles', WatchedFiles],
  ['workspace/didChangeWorkspaceFolders', v.object({ event: v.looseObject({}) })],
  ['window/workDoneProgress/cancel', v.object({ token: Id })],
  ['$/progress', v.object({ token: Id, value: v.unknown() })],
  ['$/cancelRequest', v.object({ id: Id })],
  ['$/setTrace', v.object({ value: v.string() })],
]);

/** The parameters of a message as this server reads them, or what is wrong with them, in a sentence. */
export type Checked = { readonly params: unknown } | { readonly problem: string };

export function checkRequest(method: string, params: unknown): Checked {
  return check(REQUESTS, method, params);
}

export function checkNotification(method: string, params: unknown): Checked {
  return check(NOTIFICATIONS, method, params);
}

/** Parameters of a method that is not in the table are its handler's to check, if it has one. */
function check(schemas: ReadonlyMap<string, v.GenericSchema>, method: string, given: unknown): Checked {
  // Clients that have nothing to tell say so with null as well.
  const params = given ?? undefined;
  if (params !== undefined && (typeof params !== 'object' || Array.isArray(params))) {
    return { problem: `${method}: its parameters have to be an object.` };
  }
  const schema = schemas.get(method);
  if (schema === undefined) {
    return { params };
  }
  const { success, output, issues } = v.safeParse(schema, params);
  return success ? { params: output } : { problem: problemOf(method, issues) };
}
