import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INSTALLATIONS } from './places';

/** VS Code 1.139.1 as a web server. */
const CODE_SERVER = '4.139.1';
/** The Node it requires, as an npm package, so that nothing but the package registry is needed. */
const NODE = '24.21.0';
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/** Inside code-server's `lib/vscode`: cloud assistants, which no test wants, and half of the size. */
const UNUSED = [
  'extensions/copilot',
  'extensions/microsoft-authentication',
  'extensions/mermaid-markdown-features',
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
];

export interface CodeServer {
  /** Absolute path of the Node 24 binary that runs it. */
  readonly node: string;
  /** Absolute path of its entry script. */
  readonly entry: string;
}

/**
 * Installs code-server under node_modules/.cache unless this version is there. It gets a folder of its own rather than
 * a line in package.json: Node's package would put its `node` on the PATH of every npm script. The folder is made under
 * a temporary name and renamed, so that an interrupted or a second installation never leaves half of one.
 */
export async function installCodeServer(): Promise<CodeServer> {
  const folder = join(INSTALLATIONS, `code-server-${CODE_SERVER}`);
  if (!existsSync(folder)) {
    await mkdir(INSTALLATIONS, { recursive: true });
    const unfinished = await mkdtemp(join(INSTALLATIONS, 'installing-'));
    try {
      await installInto(unfinished);
      await rename(unfinished, folder).catch((error) => {
        if (!existsSync(folder)) {
          throw error;
        }
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  return {
    node: join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node'),
    entry: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

async function installInto(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(folder, 'install', '--ignore-scripts', `code-server@${CODE_SERVER}`, `${NODE_PACKAGE}@${NODE}`);
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  await npm(vscode, 'install', '--omit=dev', '--ignore-scripts');
  for (const path of UNUSED) {
    await rm(join(vscode, path), { recursive: true, force: true });
  }
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await promisify(execFile)('npm', args, { cwd, maxBuffer: 1 << 24 });
}
