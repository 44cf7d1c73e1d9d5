import * as v from 'valibot';
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import { UserError } from '../protocol/user-error';

/**
 * Answers a request after validating its parameters. An error for people becomes the response's message; any other is
 * logged and becomes one sentence.
 */
export function onRequest<Schema extends v.GenericSchema, Result>(
  connection: Connection,
  method: string,
  schema: Schema,
  handler: (params: v.InferOutput<Schema>, token: CancellationToken) => Promise<Result>,
): void {
  connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
    const parsed = v.safeParse(schema, params);
    if (!parsed.success) {
      return new ResponseError(ErrorCodes.InvalidParams, `${method}: ${v.summarize(parsed.issues)}`);
    }
    return await answering(connection, () => handler(parsed.output, token));
  });
}

/** What `work` gives, or the error response that tells why it failed. */
export async function answering<T>(connection: Connection, work: () => Promise<T>): Promise<T | ResponseError<void>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    connection.console.error(String(error instanceof Error ? error.stack : error));
    return new ResponseError(ErrorCodes.InternalError, 'Understudy failed unexpectedly; its log tells more.');
  }
}
