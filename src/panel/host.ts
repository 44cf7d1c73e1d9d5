import { useEffect, useReducer } from 'preact/hooks';
import type { FromPanel, ToPanel } from '../protocol/panel';
import type { RequestKind } from '../protocol/request-kind';
import { Requests } from './requests';
import { type MarkKind, SHOWN_AT_FIRST } from './samples/mark-kinds';
import type { EpochChoice } from './samples/sample-choice';
import { type GenerationOptions, INITIAL_OPTIONS } from './try/generation-options';

/** A unit of the network; both count from 0. */
export interface Unit {
  readonly layer: number;
  readonly unit: number;
}

/** Colours of a text that is looked into, where nobody has chosen a character to look back from. */
export type Colouring = 'surprise' | 'activation';

/** State that VS Code keeps while the panel is hidden and over a reload of the window. */
interface Kept {
  readonly view: string;
  readonly isLog: boolean;
  readonly isCodeAware: boolean;
  readonly choice: EpochChoice;
  /** Prompt of the samples that are shown; null for the first. */
  readonly prompt: string | null;
  readonly shownMarks: readonly MarkKind[];
  readonly isMeasuresOpen: boolean;
  readonly areRunsOpen: boolean;
  readonly areFilesOpen: boolean;
  /** Ids of the runs whose curves lie over the current one. */
  readonly overlaidRuns: readonly string[];
  /** Epochs of the two samples that are compared; null for the first, and for the newest. */
  readonly leftEpoch: number | null;
  readonly rightEpoch: number | null;
  readonly areDifferencesMarked: boolean;
  /** Text to look into, its colours, and the unit of which they are; null for the one that tracks most. */
  readonly inspectedText: string;
  readonly colouring: Colouring;
  readonly unit: Unit | null;
  readonly generation: GenerationOptions;
  /** Keys of the networks whose reach is compared; empty for the newest, and for none. */
  readonly contextNetworks: { readonly first: string; readonly second: string };
}

const INITIALLY: Kept = {
  view: 'training',
  isLog: false,
  isCodeAware: false,
  choice: null,
  prompt: null,
  shownMarks: SHOWN_AT_FIRST,
  isMeasuresOpen: false,
  areRunsOpen: false,
  areFilesOpen: false,
  overlaidRuns: [],
  leftEpoch: null,
  rightEpoch: null,
  areDifferencesMarked: false,
  inspectedText: '',
  colouring: 'surprise',
  unit: null,
  generation: INITIAL_OPTIONS,
  contextNetworks: { first: '', second: '' },
};

interface VsCode {
  postMessage(message: FromPanel): void;
  getState(): Partial<Kept> | undefined;
  setState(kept: Kept): void;
}

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();
let kept: Kept = { ...INITIALLY, ...vscode.getState() };

/** Components that show some of what is kept. */
const redraws = new Set<() => void>();

/** State that VS Code keeps, for all components that use it. */
export function useKept<Key extends keyof Kept>(key: Key): [Kept[Key], (value: Kept[Key]) => void] {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => {
    const mine = () => redraw(undefined);
    redraws.add(mine);
    return () => redraws.delete(mine);
  }, []);
  return [kept[key], (value) => keep(key, value)];
}

function keep<Key extends keyof Kept>(key: Key, value: Kept[Key]): void {
  kept = { ...kept, [key]: value };
  vscode.setState(kept);
  for (const redraw of redraws) {
    redraw();
  }
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
