import { randomInt } from 'node:crypto';
import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { boundaryBefore } from '../../completion/boundary';
import { Constraint } from '../../completion/code-aware/constraint';
import type { KnownNames } from '../../completion/code-aware/known-names';
import { Syntax } from '../../completion/code-aware/syntax';
import { SUPPRESSION_RULES } from '../../completion/suppression-rules';
import { generate } from '../../generation/generate';
import { Random } from '../../model/random';
import type { Generate } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import { UserError } from '../../protocol/user-error';
import { isTooLong } from '../services/documents';
import type { CompletionModel } from '../services/models';

/** Characters before the cursor that are read, and the most that are written. */
const CONTEXT = 2000;
const LONGEST = 10_000;

export interface GenerateSetup {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly model: () => CompletionModel | null;
  readonly names: KnownNames;
}

/**
 * Generates text from a position on with the network, another one each time. @throws UserError where it cannot write
 */
export async function generateAt(
  { uri, position, length, temperature, codeAware }: ParamsOf<typeof Generate>,
  token: CancellationToken,
  { document: documentOf, model: modelOf, names }: GenerateSetup,
): Promise<ResultOf<typeof Generate> | ResponseError<void>> {
  const document = documentOf(uri);
  const model = modelOf();
  if (!document) {
    throw new UserError('Open the Python file first: a sample starts at a place in an open file.');
  }
  if (isTooLong(document)) {
    throw new UserError(SUPPRESSION_RULES.tooLong.reason);
  }
  if (!model) {
    throw new UserError(SUPPRESSION_RULES.noModel.reason);
  }
  if (!(length >= 1 && length <= LONGEST)) {
    throw new UserError(`A sample has 1 to ${LONGEST} characters.`);
  }
  if (!(temperature > 0)) {
    throw new UserError('The temperature of a sample has to be above 0.');
  }

  const text = document.getText();
  const offset = boundaryBefore(text, document.offsetAt(position));
  const prompt = text.slice(boundaryBefore(text, offset - CONTEXT), offset);
  const stop = new AbortController();
  const cancellation = token.onCancellationRequested(() => stop.abort());
  try {
    const random = new Random(randomInt(2 ** 32));
    const constraint = codeAware
      ? new Constraint(new Syntax().read(text.slice(0, offset)), names.at(uri, text, offset))
      : undefined;
    const options = { signal: stop.signal, constraint };
    const written = await model.use((network) => {
      if (!network) {
        throw new UserError('There is no network yet: samples can be written from its first checkpoint on.');
      }
      return generate(network, prompt, Math.trunc(length), { temperature }, random, options);
    });
    return { text: written };
  } catch (error) {
    if (!stop.signal.aborted) {
      throw error;
    }
    return new ResponseError(LSPErrorCodes.RequestCancelled, 'The sample was cancelled.');
  } finally {
    cancellation.dispose();
  }
}
