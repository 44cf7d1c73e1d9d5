import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './host/places';

/** A network that learns the bookshop's habits in seconds. */
const SETTINGS = {
  'understudy.layers': 1,
  'understudy.units': 128,
  'understudy.minutes': 0.1,
  'understudy.seed': 7,
  'understudy.suggestions': 'eager',
};

/** Copies the fixture's project into `parent` as a workspace with settings for a small network; gives its path. */
export async function workspaceCopy(parent: string): Promise<string> {
  const folder = join(parent, 'workspace');
  await cp(join(ROOT, 'test', 'vscode', 'fixture'), folder, { recursive: true });
  await mkdir(join(folder, '.vscode'));
  await changeSettings(folder, {});
  return folder;
}

/** Writes the workspace's settings: those above with some changed. */
export async function changeSettings(folder: string, changes: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify({ ...SETTINGS, ...changes }, null, 2));
}
