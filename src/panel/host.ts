import { useState } from 'preact/hooks';
import type { FromPanel, ToPanel } from '../protocol/panel';
import type { RequestKind } from '../protocol/request-kind';
import { Requests } from './requests';
import type { EpochChoice } from './samples/sample-choice';

/** State that VS Code keeps while the panel is hidden and over a reload of the window. */
interface Kept {
  readonly view: string;
  readonly isLog: boolean;
  readonly isCodeAware: boolean;
  readonly choice: EpochChoice;
}

const INITIALLY: Kept = { view: 'training', isLog: false, isCodeAware: false, choice: null };

interface VsCode {
  postMessage(message: FromPanel): void;
  getState(): Partial<Kept> | undefined;
  setState(kept: Kept): void;
}

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();
let kept: Kept = { ...INITIALLY, ...vscode.getState() };

/** State of a component that VS Code keeps. */
export function useKept<Key extends keyof Kept>(key: Key): [Kept[Key], (value: Kept[Key]) => void] {
  const [value, setValue] = useState(kept[key]);
  const keep = (next: Kept[Key]) => {
    kept = { ...kept, [key]: next };
    vscode.setState(kept);
    setValue(() => next);
  };
  return [value, keep];
}

/** Sends a message to the extension host. */
export function send(message: FromPanel): void {
  vscode.postMessage(message);
}

const requests = new Requests(send);

/**
 * Asks the language server, by way of the extension host.
 *
 * @param onPart is told each part of an answer that comes in parts
 * @throws Error with the server's sentence where it refuses
 */
export function ask<Params, Result, Part>(
  kind: RequestKind<Params, Result, Part>,
  params: Params,
  options: { readonly signal?: AbortSignal; readonly onPart?: (part: Part) => void } = {},
): Promise<Result> {
  return requests.ask(kind, params, options);
}

/** Takes an answer to a request. Returns whether the message was one. */
export function takeAnswer(message: ToPanel): boolean {
  return requests.take(message);
}
