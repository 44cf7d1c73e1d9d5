import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../src/protocol/user-error';
import { findBrowser } from './code-server/browser';
import { findCode, hasDisplay, openDesktop, openInBrowser } from './code-server/desktop';
import { VSCODE_TEST } from './code-server/places';
import { Host } from './code-server/server';
import { pack, packStarter } from './pack';

/** Tried first: VS Code keeps a folder's models under the address it was opened at. */
const PORT = 41_098;

/** `npm start -- FOLDER`: packs what is built, opens FOLDER in a VS Code that has it installed, and trains. */
async function main(): Promise<void> {
  const folder = await folderToOpen(process.argv.slice(2));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort());
  }

  const code = hasDisplay() ? findCode() : null;
  if (code === null && !hasDisplay() && findBrowser() === null) {
    throw new UserError(
      'This machine has neither a display nor a browser to show VS Code in; ' +
        `train and try Understudy on the command line instead: npx understudy train ${folder}`,
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-'));
  try {
    const vsixes = [
      await pack(join(scratch, 'understudy.vsix')),
      await packStarter(join(scratch, 'understudy-starter.vsix')),
    ];
    if (code !== null) {
      await openDesktop(code, vsixes, join(VSCODE_TEST, 'desktop'), folder, stop.signal);
    } else {
      await serve(vsixes, folder, stop.signal);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function folderToOpen(args: readonly string[]): Promise<string> {
  const [given, ...others] = args;
  if (given === undefined || others.length > 0) {
    throw new UserError('Say which folder to open: npm start -- FOLDER');
  }
  // npm changes to the package's folder; a relative path is meant from where the person is.
  const folder = resolve(process.env.INIT_CWD ?? '', given);
  const found = await stat(folder).catch(() => null);
  if (found === null) {
    throw new UserError(`There is no folder ${folder}; give the path of a folder with Python files.`);
  }
  if (!found.isDirectory()) {
    throw new UserError(`${folder} is a file; give the path of a folder with Python files.`);
  }
  return folder;
}

/** Serves VS Code until `stop`. */
async function serve(vsixes: readonly string[], folder: string, stop: AbortSignal): Promise<void> {
  console.log('Starting VS Code in the browser (the first time it is installed first, which takes about a minute) ...');
  const host = await Host.start(vsixes, {
    profile: join(VSCODE_TEST, 'browser'),
    port: (await isFree(PORT)) ? PORT : 0,
    trusted: true,
    automated: false,
  });
  const address = host.address(folder);
  console.log(
    `VS Code with Understudy is at\n\n  ${address}\n\nIt trains as soon as the page is open. Ctrl-C ends it.`,
  );
  if (hasDisplay()) {
    openInBrowser(address);
  }
  if (!stop.aborted) {
    await new Promise((stopped) => stop.addEventListener('abort', stopped));
  }
  await host.stop();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
});
