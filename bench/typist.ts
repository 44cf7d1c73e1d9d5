import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { InlineCompletionItem, ProtocolConnection } from 'vscode-languageserver-protocol/node';

/** Milliseconds between two characters: 150 words a minute. */
const PACE = 80;
/** What VS Code waits for a pause in typing before it asks. */
const DEBOUNCE = 50;

export interface Answer {
  readonly milliseconds: number;
  readonly isShown: boolean;
  /** In this document. */
  readonly isFirst: boolean;
}

/** The second half of a file, typed after its first into a language server. */
export class TypedDocument {
  readonly #connection: ProtocolConnection;
  readonly #uri: string;
  readonly #rest: string;
  #text: string;
  #typed = 0;

  constructor(connection: ProtocolConnection, file: string) {
    this.#connection = connection;
    const whole = readFileSync(file, 'utf8');
    const half = whole.indexOf('\n', whole.length / 2) + 1;
    this.#uri = pathToFileURL(resolve(file)).href;
    this.#text = whole.slice(0, half);
    this.#rest = whole.slice(half);
    void connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.#uri, languageId: 'python', version: 0, text: this.#text },
    });
  }

  async typeOne(): Promise<Answer> {
    const character = this.#rest[this.#typed % this.#rest.length];
    const start = this.#end();
    this.#text += character;
    const version = ++this.#typed;
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version },
      contentChanges: [{ range: { start, end: start }, text: character }],
    });
    await setTimeout(DEBOUNCE);
    const began = performance.now();
    const items = await this.#connection.sendRequest<InlineCompletionItem[]>('textDocument/inlineCompletion', {
      textDocument: { uri: this.#uri },
      position: this.#end(),
      context: { triggerKind: 2 },
    });
    return { milliseconds: performance.now() - began, isShown: items.length > 0, isFirst: version === 1 };
  }

  #end(): { line: number; character: number } {
    const lines = this.#text.split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
  }
}

/** A few words here, a few words there, until it is over after so many characters. */
export async function typeInAll(
  documents: readonly TypedDocument[],
  isOver: (typed: number) => boolean,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (!isOver(answers.length)) {
    const pace = setTimeout(PACE);
    answers.push(await documents[Math.floor(answers.length / 10) % documents.length]!.typeOne());
    await pace;
  }
  return answers;
}

export function summary(answers: readonly Answer[]): string {
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(share * (times.length - 1))]?.toFixed(1);
  const shown = answers.filter(({ isShown }) => isShown).length;
  const slowest = times.at(-1)?.toFixed(1);
  return `${answers.length} requests, median ${quantile(0.5)} ms, 95 % within ${quantile(0.95)} ms, all within ${slowest} ms, ${shown} with text`;
}
