import { createConnection } from 'vscode-languageserver/node';
import { startServer } from './server';

/**
 * Runs the language server in this process, over standard input and output where the command line says `--stdio`, else
 * over Node's own channel to the process that forked this one. It ends when its client does.
 */
export function serve(): void {
  if (!process.argv.includes('--stdio') && !process.argv.includes('--node-ipc')) process.argv.push('--node-ipc');
  process.on('disconnect', () => process.exit());
  startServer(createConnection());
}
