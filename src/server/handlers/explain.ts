import type { TextDocument } from 'vscode-languageserver-textdocument';
import { dropped } from '../../completion/explanation';
import { SUPPRESSION_RULES } from '../../completion/suppression-rules';
import type { Explanation } from '../../protocol/completion';
import type { Explain } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import { isTooLong } from '../services/documents';
import type { CompletionModel } from '../services/models';
import type { Session } from '../session';

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
    return dropped(SUPPRESSION_RULES.off);
  }
  if (!setup.isTrusted()) {
    return dropped(SUPPRESSION_RULES.restricted);
  }
  if (isTooLong(document)) {
    return dropped(SUPPRESSION_RULES.tooLong);
  }
  const model = setup.model();
  if (!model) {
    return dropped(setup.isTraining() ? SUPPRESSION_RULES.stillLearning : SUPPRESSION_RULES.noModel);
  }
  const offset = document.offsetAt(position);
  const text = document.getText();
  return await model.use(() =>
    model.completer.explain({ uri, name: setup.nameOf(uri), text }, offset, { suggestions }),
  );
}
