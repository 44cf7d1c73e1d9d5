import * as v from 'valibot';
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ProgressType,
  ResponseError,
} from 'vscode-languageserver/node';
import type { RequestKind } from '../protocol/request-kind';
import { UserError } from '../protocol/user-error';
import { problemOf } from './transport/problem';

/** Milliseconds for which a client's answer is waited for. None is one that does not come. */
const PATIENCE = 10_000;

/**
 * Answers a request after validating its parameters. An error for people becomes the response's message; any other is
 * logged and becomes one sentence.
 */
export function handle<Params, Result>(
  connection: Connection,
  { method, params: schema }: RequestKind<Params, Result>,
  handler: (params: Params, token: CancellationToken) => Promise<Result>,
): void {
  connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
    const parsed = v.safeParse(schema, params);
    if (!parsed.success) {
      return new ResponseError(ErrorCodes.InvalidParams, problemOf(method, parsed.issues));
    }
    return await answering(connection, () => handler(parsed.output, token));
  });
}

/**
 * As `handle`, for a request that is answered in parts: the handler's last argument tells one. Parts go to the client's
 * `partialResultToken`, and to nobody without one.
 */
export function handleInParts<Params, Result, Part>(
  connection: Connection,
  kind: RequestKind<Params, Result, Part>,
  handler: (params: Params, token: CancellationToken, onPart: (part: Part) => void) => Promise<Result>,
): void {
  const WithToken = v.object({ partialResultToken: v.optional(v.union([v.string(), v.number()])) });
  const params = v.intersect([WithToken, kind.params]);
  handle(connection, { ...kind, params }, (given, token) => {
    const { partialResultToken } = given;
    const onPart = (part: Part): void => {
      if (partialResultToken !== undefined) {
        connection.sendProgress(new ProgressType<unknown>(), partialResultToken, part).catch(() => {});
      }
    };
    return handler(given, token, onPart);
  });
}

/** Result of `work`, or the error response that tells why it failed. */
export async function answering<T>(connection: Connection, work: () => Promise<T>): Promise<T | ResponseError<void>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResponseError) {
      return error;
    }
    if (error instanceof UserError) {
      return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    }
    connection.console.error(stackOf(error));
    return new ResponseError(ErrorCodes.InternalError, 'Understudy failed unexpectedly; its log tells more.');
  }
}

/** Answer to a request whose work has ended because nobody wants its result; a sentence says why. */
export function cancellation(reason: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, reason);
}

/** Signal that a request's cancellation aborts. */
export function abortedBy(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  const cancel = () => abort.abort(cancellation('The request was cancelled.'));
  token.onCancellationRequested(cancel);
  if (token.isCancellationRequested) {
    cancel();
  }
  return abort.signal;
}

/** Result of work that a signal ends; rejects with its reason at once, while the work is still ending. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Work that nobody waits for: why it failed goes to the log. */
export function inBackground(log: (line: string) => void, work: Promise<unknown>): void {
  work.catch((error: unknown) => log(error instanceof UserError ? error.message : stackOf(error)));
}

/** Answer of a client. @throws Error where it does not answer in time */
export async function inReasonableTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

export function stackOf(error: unknown): string {
  return String(error instanceof Error ? error.stack : error);
}
