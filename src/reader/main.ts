import * as v from 'valibot';
import { loadCorpus } from '../corpus/corpus';
import { identifiersIn } from '../corpus/identifiers-in';
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
    if (request.kind === 'files') {
      await sendFiles(request);
    } else {
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
  let files: ReaderFile[] = [];
  let bytes = 0;
  for (const { name, symbols } of train) {
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
