import * as v from 'valibot';
import { type CorpusFile, loadCorpus } from '../corpus/corpus';
import { identifiersIn } from '../corpus/identifiers-in';
import { subsample } from '../corpus/subsample';
import { lowerPriority } from '../process/low-priority';
import { type ReaderFile, type ReaderMessage, ReadRequest } from '../protocol/reader';
import { UserError } from '../protocol/user-error';

/** Bytes of symbols, and names, in one message: as much as the receiver takes in without holding anybody up. */
const BYTES_PER_MESSAGE = 500_000;
const NAMES_PER_MESSAGE = 5000;

/** The reader's process: forked with a channel, takes one `ReadRequest`, tells `ReaderMessage`s, ends. */
function main(): void {
  lowerPriority();
  process.on('disconnect', () => process.exit());
  process.once('message', (message) => void run(v.parse(ReadRequest, message)));
}

async function run(request: ReadRequest): Promise<void> {
  try {
    switch (request.kind) {
      case 'files':
        await sendFiles(request);
        break;
      case 'heldOut':
        await sendHeldOut(request);
        break;
      case 'names':
        await sendNames(request);
    }
    await send({ kind: 'done' });
  } catch (error) {
    if (!(error instanceof UserError)) {
      console.error(error);
    }
    const reason = error instanceof UserError ? error.message : `The files could not be read (${error}).`;
    await send({ kind: 'failed', message: reason });
  }
  process.exit();
}

async function sendFiles({ folders, excludes, mostBytes }: Extract<ReadRequest, { kind: 'files' }>): Promise<void> {
  const { train } = await loadCorpus(folders, { holdout: 'none', excludes, mostBytes });
  await sendInPieces(train);
}

/**
 * A sample of the held-out files, or where nothing is held out of all: of at most so many characters, or the shortest
 * file.
 */
async function sendHeldOut(request: Extract<ReadRequest, { kind: 'heldOut' }>): Promise<void> {
  const { folders, excludes, holdout, mostCharacters } = request;
  const { train, validation } = await loadCorpus(folders, { holdout, excludes });
  const files = validation.length > 0 ? validation : train;
  const chosen = subsample(files, mostCharacters);
  const [shortest] = files.toSorted((a, b) => a.symbols.length - b.symbols.length);
  await sendInPieces(chosen.length > 0 ? chosen : [shortest!]);
}

async function sendInPieces(corpus: readonly CorpusFile[]): Promise<void> {
  let files: ReaderFile[] = [];
  let bytes = 0;
  for (const { name, symbols } of corpus) {
    files.push({ name, symbols: symbols.slice() });
    bytes += symbols.length;
    if (bytes < BYTES_PER_MESSAGE) {
      continue;
    }
    await send({ kind: 'files', files });
    [files, bytes] = [[], 0];
  }
  await send({ kind: 'files', files });
}

async function sendNames({ folders, excludes }: Extract<ReadRequest, { kind: 'names' }>): Promise<void> {
  const names = [...(await identifiersIn(folders, excludes))].sort();
  for (let i = 0; i < names.length; i += NAMES_PER_MESSAGE) {
    await send({ kind: 'names', names: names.slice(i, i + NAMES_PER_MESSAGE) });
  }
}

/** Resolves when the message is on its way, so that no more than one is in memory twice. */
async function send(message: ReaderMessage): Promise<void> {
  // A channel that closes meanwhile ends the process.
  await new Promise<void>((sent) => process.send?.(message, () => sent()));
}

main();
