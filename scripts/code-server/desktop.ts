import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './programs';
import { writeSettings } from './settings';

/** Whether windows can be shown here. */
export function hasDisplay(): boolean {
  const { platform, env } = process;
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Opens an address in the person's own browser. */
export function openInBrowser(address: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // Where there is no such program the printed address has to do.
  spawn(opener, [address], { stdio: 'ignore' }).on('error', () => {});
}

/** The desktop's VS Code, or null. */
export function findCode(): string | null {
  return findProgram(process.platform === 'win32' ? ['code.cmd'] : ['code']);
}

/**
 * Opens a folder in the desktop's VS Code with these extensions, in a profile of its own, so that the person's own VS
 * Code stays as it is. Ends when the window is closed; `stop` closes it.
 */
export async function openDesktop(
  code: string,
  vsixes: readonly string[],
  profile: string,
  folder: string,
  stop: AbortSignal,
): Promise<void> {
  await writeSettings(profile);
  const own = ['--user-data-dir', profile, '--extensions-dir', join(profile, 'extensions')];
  const run = promisify(execFile);
  const shell = process.platform === 'win32'; // code.cmd is a script
  await run(code, [...own, ...vsixes.flatMap((vsix) => ['--install-extension', vsix]), '--force'], { shell });
  stop.addEventListener('abort', () => void endDesktop(profile));
  const window = run(code, [...own, '--disable-workspace-trust', '--new-window', '--wait', folder], {
    shell,
    signal: stop,
  });
  await window.catch((error: unknown) => {
    if (!stop.aborted) {
      throw error;
    }
  });
}

/** VS Code writes its process id into its profile. */
async function endDesktop(profile: string): Promise<void> {
  const pid = Number(await readFile(join(profile, 'code.lock'), 'utf8').catch(() => ''));
  if (pid > 0) {
    process.kill(pid, 'SIGTERM');
  }
}
