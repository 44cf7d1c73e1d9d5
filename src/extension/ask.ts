import * as v from 'valibot';
import { type CancellationToken, CancellationTokenSource } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { RequestKind } from '../protocol/request-kind';

/**
 * Asks the server and checks its answer.
 *
 * @throws Error with the server's sentence where it refuses
 */
export async function ask<Params, Result>(
  client: LanguageClient,
  { method, result }: RequestKind<Params, Result>,
  params: Params,
  cancellation: CancellationToken = new CancellationTokenSource().token,
): Promise<Result> {
  // An argument that is undefined would become part of a list of parameters.
  const answer =
    params === undefined ? client.sendRequest(method, cancellation) : client.sendRequest(method, params, cancellation);
  return v.parse(result, await answer);
}
