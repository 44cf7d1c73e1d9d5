import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** A temporary folder with these files, by relative path; removed when the test ends. */
export async function makeProject(test: TestContext, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'understudy-corpus-')));
  test.after(() => rm(folder, { recursive: true, force: true }));
  await addFiles(folder, files);
  return folder;
}

export async function addFiles(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

/** Python of exactly `length` characters that starts with a comment naming `what`, so that no two are equal. */
export function python(what: string, length = 300): string {
  return `# ${what}\n${'x = 1\n'.repeat(length)}`.slice(0, length);
}

/** Runs `action` without the superuser's right to read everything, where the tests have it (as in a container). */
export async function asOrdinaryUser<Result>(action: () => Promise<Result>): Promise<Result> {
  const user = process.geteuid?.();
  if (user !== 0) {
    return action();
  }
  const NOBODY = 65534;
  process.seteuid?.(NOBODY);
  try {
    return await action();
  } finally {
    process.seteuid?.(user);
  }
}
