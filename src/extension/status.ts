import {
  commands,
  Disposable,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  type TextDocument,
  ThemeColor,
  window,
  workspace,
} from 'vscode';
import { chosenEpoch } from '../protocol/format';
import { isEnabled, SECTION } from './config';
import type { ServerEvents } from './server-events';
import { statusItemText, TOOLTIP_COMMANDS } from './status-text';

/** Context key that `enablement` clauses read: the kind of the current status. */
const STATE_KEY = 'understudy.state';

/** Context key: whether suggestions come from an epoch that the user has chosen. */
const IS_EPOCH_CHOSEN_KEY = 'understudy.isEpochChosen';

/** Keeps the status bar item and the context key true to what is going on. */
export function showStatus(events: ServerEvents): Disposable {
  const item = window.createStatusBarItem('understudy.status', StatusBarAlignment.Right, 100);
  item.name = 'Understudy';
  const refresh = () => update(item, events);
  refresh();
  return Disposable.from(
    item,
    events.onDidChange(({ kind }) => (kind === 'status' || kind === 'history') && refresh()),
    window.onDidChangeActiveTextEditor(refresh),
    window.onDidChangeVisibleTextEditors(refresh),
    workspace.onDidGrantWorkspaceTrust(refresh),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SECTION) && refresh()),
  );
}

/** The active Python document, or one that stands beside what is active (the panel, for example). */
function documentInView(): TextDocument | undefined {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  return editors.find((editor) => editor?.document.languageId === 'python')?.document;
}

function update(item: StatusBarItem, events: ServerEvents): void {
  const { status, events: soFar } = events.history;
  const document = documentInView();
  const { text, tooltip, isError, command } = statusItemText({
    status,
    notice: soFar.findLast((event) => event.kind === 'started')?.notice ?? null,
    isStarting: events.isStarting,
    trusted: workspace.isTrusted,
    enabledHere: isEnabled(document),
  });
  item.text = text;
  item.tooltip = new MarkdownString(tooltip);
  item.tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
  item.backgroundColor = isError ? new ThemeColor('statusBarItem.errorBackground') : undefined;
  item.command = command;
  void commands.executeCommand('setContext', STATE_KEY, events.isStarting ? undefined : status.kind);
  void commands.executeCommand('setContext', IS_EPOCH_CHOSEN_KEY, chosenEpoch(status) !== null);

  const isOfInterest = document !== undefined || status.kind === 'training' || isError;
  if (isOfInterest) {
    item.show();
  } else {
    item.hide();
  }
}
