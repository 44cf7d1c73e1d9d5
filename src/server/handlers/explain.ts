import type { TextDocument } from 'vscode-languageserver-textdocument';
import { dropped } from '../../completion/explanation';
import type { Explanation } from '../../protocol/completion';
import type { Explain } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import { isTooLong, TOO_LONG } from '../services/documents';
import type { CompletionModel } from '../services/models';
import type { Session } from '../session';

const OFF = { name: 'off', reason: 'Suggestions are switched off here (the setting "understudy.enable").' };
const NO_MODEL = { name: 'no-model', reason: 'There is no model yet: train on the workspace first.' };
const STILL_LEARNING = { name: 'no-model', reason: 'The training that is running has no model to suggest from yet.' };
const RESTRICTED = { name: 'restricted', reason: 'Understudy is off in a workspace that is not trusted.' };

export interface ExplainSetup {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly settings: (uri: string) => Promise<Settings>;
  readonly model: () => CompletionModel | null;
  /** Name by which experts know the document. */
  readonly nameOf: (uri: string) => string;
  readonly isTrusted: () => boolean;
  readonly isTraining: () => boolean;
}

export function explainSetup(session: Session): ExplainSetup {
  return {
    document: session.document,
    model: () => session.models.current,
    nameOf: (uri) => session.memory.nameOf(uri),
    settings: (uri) => session.settings.of(uri),
    isTrusted: () => session.isTrusted,
    isTraining: () => session.training.isRunning,
  };
}

/** Explains why ghost text is or is not shown at a position. @throws UserError where the document is not open */
export async function explain({ uri, position }: ParamsOf<typeof Explain>, setup: ExplainSetup): Promise<Explanation> {
  const document = setup.document(uri);
  if (!document) {
    throw new UserError('Open the Python file first: only open files can be completed.');
  }
  const { enable, suggestions } = await setup.settings(uri);
  if (!enable) {
    return dropped(OFF);
  }
  if (!setup.isTrusted()) {
    return dropped(RESTRICTED);
  }
  if (isTooLong(document)) {
    return dropped(TOO_LONG);
  }
  const model = setup.model();
  if (!model) {
    return dropped(setup.isTraining() ? STILL_LEARNING : NO_MODEL);
  }
  const offset = document.offsetAt(position);
  const text = document.getText();
  return await model.use(() =>
    model.completer.explain({ uri, name: setup.nameOf(uri), text }, offset, { suggestions }),
  );
}
