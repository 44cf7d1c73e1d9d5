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
  ELOOP: 'it is a symbolic link that leads elsewhere, or to itself',
  EBUSY: 'another program is using it',
  EIO: 'the disk does not answer',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  // What the system says of a pipe that nobody reads.
  ENXIO: 'it is not a regular file',
  // Of regular-file.ts.
  ENOTREG: 'it is not a regular file',
  EFBIG: 'it is too large',
  // Of proper-lockfile.
  ELOCKED: 'another process has been changing it for a while; try again',
};

/** Reason of a file system's error, in a few words; null for any other error. */
export function fileErrorReason(error: unknown): string | null {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) {
    return null;
  }
  const { code } = error;
  return typeof code === 'string' ? (REASONS[code] ?? code) : null;
}

/** File system's error as one sentence that begins with `what`; any other error as it is. */
export function fileProblem(what: string, error: unknown): unknown {
  const reason = fileErrorReason(error);
  return reason === null ? error : new UserError(`${what}: ${reason}.`);
}

/** Does some file work; what the system refuses becomes one sentence that begins with `what`. */
export async function withFileErrors<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileProblem(what, error);
  }
}

/** Synchronous version of `withFileErrors`. */
export function withFileErrorsSync<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileProblem(what, error);
  }
}
