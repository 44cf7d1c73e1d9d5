import { window } from 'vscode';
import { notificationText } from './plain-text';

/** Notifications in which nothing that a sentence quotes is a link. All give the button that was pressed. */
export const notify = {
  inform: (sentence: string, ...buttons: string[]) =>
    window.showInformationMessage(notificationText(sentence), ...buttons),

  warn: (sentence: string, ...buttons: string[]) => window.showWarningMessage(notificationText(sentence), ...buttons),

  fail: (sentence: string, ...buttons: string[]) => window.showErrorMessage(notificationText(sentence), ...buttons),

  /** In a dialogue, before something takes long. */
  ask: (question: string, detail: string, button: string) =>
    window.showInformationMessage(question, { modal: true, detail }, button),

  /** In a dialogue, before something is lost. */
  confirm: (question: string, detail: string, button: string) =>
    window.showWarningMessage(question, { modal: true, detail }, button),
} as const;
