import * as path from 'node:path';
import { dataFolder } from '../../storage/private-folder';

/**
 * Folder of the package that `gpu setup` installs: with the user's data, once for the command line and every editor.
 * UNDERSTUDY_TFJS names another folder.
 */
export function tfjsFolder(): string {
  return process.env.UNDERSTUDY_TFJS ?? path.join(dataFolder(), 'tfjs');
}
