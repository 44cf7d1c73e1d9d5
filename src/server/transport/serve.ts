import { Console } from 'node:console';
import {
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { stackOf } from '../requests';
import { startServer } from '../server';
import { FramedReader } from './framing';
import { ValidatingReader } from './validating-reader';

interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/**
 * Runs the language server in this process, over standard input and output where the command line says `--stdio`, else
 * over Node's own channel to the process that forked this one. It ends when its client does.
 */
export function serve(): void {
  const isStdio = process.argv.includes('--stdio');
  if (!isStdio && !process.connected) {
    fail('The server was not started by an editor: say --stdio to speak over standard input and output.');
    return;
  }
  const end = () => process.exit(door.isShutDown ? 0 : 1);
  const { reader, writer } = isStdio ? standardStreams(() => door.garbage(), end) : channel();
  const door: ValidatingReader = new ValidatingReader(reader, writer);
  door.onClose(end);
  door.onError((error) => fail(error.message));
  process.on('disconnect', end);

  const connection = createConnection(door, door.answers);
  goOnWhatever((line) => connection.console.error(line));
  const server = startServer(connection);
  // The process would wait for native work that goes on.
  process.on('exit', () => server.close());
}

function standardStreams(onGarbage: () => void, onDeaf: () => void): Transport {
  // What a library prints must not come between two messages.
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  process.stdout.on('error', onDeaf);
  return { reader: new FramedReader(process.stdin, onGarbage), writer: new StreamMessageWriter(process.stdout) };
}

function channel(): Transport {
  return { reader: new IPCMessageReader(process), writer: new IPCMessageWriter(process) };
}

/** A defect in one thing that the server does must not end all the others. */
function goOnWhatever(log: (line: string) => void): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => log(`This should not have happened, and the server goes on: ${stackOf(error)}`));
  }
  process.stderr.on('error', () => {});
}

/** What comes cannot be understood, so nothing can be answered. */
function fail(message: string): void {
  process.stderr.write(`understudy: ${message}\n`, () => process.exit(1));
}
