import { join } from 'node:path';
import { runSelfTest } from '../../engine/tfjs/self-test-process';
import { setUpTfjs, whatWasSetUp } from '../../engine/tfjs/setup';
import type { SetUpGpu } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import { UserError } from '../../protocol/user-error';
import type { ShownProgress } from '../services/progress';

/** The command line stands beside the running file, in dist/ as in src/. */
const PROGRAM = __filename.endsWith('.ts') ? join(__dirname, '../../cli/main.ts') : join(__dirname, 'cli.js');

export interface GpuSetup {
  readonly isTrusted: () => boolean;
  /** @throws UserError where no folder is open */
  readonly folders: () => Promise<readonly string[]>;
  readonly showProgress: (onCancel: () => void) => Promise<ShownProgress>;
  /** Ends it when the server does. */
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
}

/** Sets up training on a GPU; null where that was cancelled. @throws UserError where it cannot be done */
export async function setUpGpu(
  { python }: ParamsOf<typeof SetUpGpu>,
  setup: GpuSetup,
): Promise<ResultOf<typeof SetUpGpu>> {
  const { isTrusted, folders, showProgress, closing, log } = setup;
  // It runs the workspace's own Python.
  if (!isTrusted()) {
    throw new UserError('Nothing is set up from a workspace that is not trusted: trust it first.');
  }
  const cancelled = new AbortController();
  const { signal } = cancelled;
  closing.addEventListener('abort', () => cancelled.abort(), { signal });
  const progress = await showProgress(() => cancelled.abort());
  try {
    const found = await setUpTfjs({
      python,
      folders: await folders().catch(() => []),
      env: process.env,
      selfTest: async (env) => {
        const outcome = await runSelfTest(PROGRAM, env, signal);
        log(outcome.log);
        return outcome;
      },
      report: (line) => {
        log(line);
        progress.report(line);
      },
      signal,
    });
    const message = whatWasSetUp(found);
    log(message);
    return { message, gpu: found.selfTest.gpu };
  } catch (error) {
    if (signal.aborted) {
      return null;
    }
    if (error instanceof Error && error.cause !== undefined) {
      log(String(error.cause));
    }
    throw error;
  } finally {
    progress.done();
  }
}
