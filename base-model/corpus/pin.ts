import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../src/protocol/user-error';
import type { PinnedPackage } from './packages';

/**
 * A package as this machine's Debian has it now. Its licence is for a person to read and to enter: the corpus is not
 * made while the package's own paper says otherwise.
 *
 * @throws UserError where there is none of this name
 */
export async function pin(name: string): Promise<PinnedPackage> {
  const { stdout } = await promisify(execFile)('apt-cache', ['show', '--no-all-versions', name]).catch(() => ({
    stdout: '',
  }));
  const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(stdout)?.[1] ?? '';
  if (field('Package') !== name) {
    throw new UserError(`Debian has no package ${name} here: check its name, or run apt-get update.`);
  }
  return {
    use: 'train',
    name,
    version: field('Version'),
    architecture: field('Architecture'),
    bytes: Number(field('Size')),
    sha256: field('SHA256'),
    project: field('Source').replace(/ .*/, '') || name,
    licence: 'unread',
  };
}
