import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type CodeServer, installCodeServer } from './install';
import { writeSettings } from './settings';

export interface HostOptions {
  /** Folder for everything this VS Code keeps: settings, extensions, workspace storage. */
  readonly profile: string;
  /** User settings. */
  readonly settings?: Record<string, unknown>;
  /** False: folders open in Restricted Mode. */
  readonly trusted: boolean;
  /** True: VS Code obeys `extensionTestsPath` and shows no notifications; false: it is as people have it. */
  readonly automated: boolean;
  /** Port of 127.0.0.1, or 0 for any that is free. */
  readonly port: number;
}

/** No marketplace: nothing is looked up there. */
const ENVIRONMENT = { ...process.env, EXTENSIONS_GALLERY: '{}' };

/** A VS Code served on a free port of 127.0.0.1. */
export class Host {
  readonly #process: ChildProcess;
  /** `127.0.0.1:PORT` */
  readonly authority: string;

  private constructor(
    process: ChildProcess,
    /** `127.0.0.1:PORT` */
    authority: string,
  ) {
    this.#process = process;
    this.authority = authority;
  }

  /** Starts a server whose profile has the extensions of these .vsix files installed. */
  static async start(vsixes: readonly string[], options: HostOptions): Promise<Host> {
    const server = await installCodeServer();
    await writeSettings(options.profile, options.settings);
    // An empty configuration file: without one code-server reads, or writes, the one in the home folder.
    await writeFile(configuration(options), '');
    await promisify(execFile)(
      server.node,
      [...commonArguments(server, options), ...vsixes.flatMap((vsix) => ['--install-extension', vsix])],
      {
        env: ENVIRONMENT,
      },
    );
    const log = await open(join(options.profile, 'code-server.log'), 'w');
    const child = spawn(server.node, [...commonArguments(server, options), ...serveArguments(options)], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', log.fd],
    });
    await log.close();
    return new Host(child, await listening(child));
  }

  /** Address that opens `folder`; `payload` is VS Code's own list of launch options. */
  address(folder: string, payload: readonly (readonly [string, string])[] = []): string {
    const query = new URLSearchParams({ folder });
    if (payload.length > 0) {
      query.set('payload', JSON.stringify(payload));
    }
    return `http://${this.authority}/?${query}`;
  }

  /** URI under which the workbench knows a file on this machine. */
  uri(path: string): string {
    return `vscode-remote://${this.authority}${path}`;
  }

  /** Ends the server and, with it, its extension hosts. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

const configuration = ({ profile }: HostOptions) => join(profile, 'code-server.yaml');

function commonArguments(server: CodeServer, options: HostOptions): string[] {
  return [
    server.entry,
    ...['--config', configuration(options)],
    ...['--user-data-dir', options.profile],
    ...['--extensions-dir', join(options.profile, 'extensions')],
  ];
}

function serveArguments({ port, trusted, automated }: HostOptions): string[] {
  return [
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
    ...(trusted ? ['--disable-workspace-trust'] : []),
    // Extension hosts of closed pages would otherwise live for three hours.
    ...['--reconnection-grace-time', '1'],
    ...(automated ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** Waits for the line in which the server says where it listens. */
async function listening(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    const address = /listening on http:\/\/([\d.]+:\d+)/.exec(line);
    if (address) {
      child.stdout!.resume();
      return address[1]!;
    }
  }
  throw new Error(`code-server ended before it listened:\n${said.join('\n')}`);
}
