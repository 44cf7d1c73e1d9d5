import { UserError } from '../protocol/user-error';

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENOENT: 'it does not exist',
  ENAMETOOLONG: 'the path is too long',
  EISDIR: 'it is a folder',
  // Of regular-file.ts.
  ENOTREG: 'it is not a regular file',
  EFBIG: 'it is too large',
};

/** Does some file work; what the system refuses becomes one sentence that begins with `what`. */
export async function withFileErrors<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof UserError || typeof code !== 'string') throw error;
    throw new UserError(`${what}: ${REASONS[code] ?? code}.`);
  }
}
