import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, Disposable, type Message } from 'vscode-languageserver/node';

/** Bytes of a message at most: a document of 50 MB with every character escaped. */
const LONGEST_MESSAGE = 2 ** 28;
/** Bytes of a message's header at most. */
const LONGEST_HEADER = 4096;

const HEADER_END = '\r\n\r\n';
const FIELD = '[A-Za-z][A-Za-z-]*:[^\r\n]*';
const HEADER = new RegExp(`^${FIELD}(?:\r\n${FIELD})*$`);
/** Pattern of text that may become a header with its end. */
const BEGINNING = new RegExp(`^(?:${FIELD}\r\n)*(?:[A-Za-z][A-Za-z-]*|${FIELD}\r?|)$|^(?:${FIELD}\r\n)+\r$`);
const WHOLE_NUMBER = /^\d{1,15}$/;
const UTF_8 = /^utf-?8$/i;

/** A body of which some is still to come. */
interface Body {
  readonly length: number;
  readonly chunks: Buffer[];
  received: number;
}

/**
 * Reads messages framed as the base protocol of LSP says. What cannot be such a frame is an error at once, and the last
 * thing that is read: where the next message begins, nobody knows.
 */
export class FramedReader extends AbstractMessageReader {
  readonly #input: Readable;
  readonly #onGarbage: () => void;
  #header = '';
  #body: Body | null = null;
  #isBroken = false;

  /** `onGarbage`: a message came that is no JSON. */
  constructor(input: Readable, onGarbage: () => void) {
    super();
    this.#input = input;
    this.#onGarbage = onGarbage;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer) => this.#read(chunk, callback);
    this.#input.on('data', onData);
    this.#input.on('end', () => this.#end());
    this.#input.on('close', () => this.fireClose());
    this.#input.on('error', (error) => this.fireError(error));
    return Disposable.create(() => this.#input.off('data', onData));
  }

  #read(chunk: Buffer, callback: DataCallback): void {
    for (let rest = chunk; rest.length > 0 && !this.#isBroken; ) {
      rest = this.#body === null ? this.#readHeader(rest) : this.#readBody(this.#body, rest);
      if (this.#body !== null && this.#body.received === this.#body.length) {
        this.#deliver(this.#body, callback);
      }
    }
  }

  /** Gives what comes after it. */
  #readHeader(chunk: Buffer): Buffer {
    const text = this.#header + chunk.subarray(0, LONGEST_HEADER).toString('latin1');
    const end = text.indexOf(HEADER_END);
    const isHeader = end === -1 ? BEGINNING.test(text) : HEADER.test(text.slice(0, end));
    if (!isHeader) {
      this.#fail('No header "Content-Length: …" where a message has to begin.');
    } else if (end !== -1) {
      this.#beginBody(text.slice(0, end));
    } else if (text.length >= LONGEST_HEADER) {
      this.#fail('The header of a message is too long.');
    }
    const read = end === -1 ? chunk.length : end + HEADER_END.length - this.#header.length;
    this.#header = end === -1 ? text : '';
    return chunk.subarray(read);
  }

  #beginBody(header: string): void {
    const length = bodyLength(header);
    if (typeof length === 'string') {
      this.#fail(length);
    } else {
      this.#body = { length, chunks: [], received: 0 };
    }
  }

  #readBody(body: Body, chunk: Buffer): Buffer {
    const part = chunk.subarray(0, body.length - body.received);
    body.chunks.push(part);
    body.received += part.length;
    return chunk.subarray(part.length);
  }

  #deliver({ chunks }: Body, callback: DataCallback): void {
    this.#body = null;
    const message = parsed(Buffer.concat(chunks).toString('utf8'));
    if (message === undefined) {
      this.#onGarbage();
    }
    // Whether it is one, the door finds out.
    else {
      callback(message as Message);
    }
  }

  #end(): void {
    if (this.#isBroken) {
      return;
    }
    if (this.#header !== '' || this.#body !== null) {
      this.#fail('The input ended in the middle of a message.');
    } else {
      this.fireClose();
    }
  }

  #fail(problem: string): void {
    this.#isBroken = true;
    this.fireError(new Error(problem));
  }
}

/** Bytes of the body that follows, or what is wrong with the header. */
function bodyLength(header: string): number | string {
  const fields = header.split('\r\n').map((line) => ({
    name: line.slice(0, line.indexOf(':')).toLowerCase(),
    value: line.slice(line.indexOf(':') + 1).trim(),
  }));
  const lengths = fields.filter(({ name }) => name === 'content-length').map(({ value }) => value);
  const charset = fields.find(({ name }) => name === 'content-type')?.value.match(/charset\s*=\s*"?([^";\s]*)/i)?.[1];
  if (charset !== undefined && !UTF_8.test(charset)) {
    return 'A message has to be encoded in UTF-8.';
  }
  if (lengths.length !== 1) {
    return 'A message has to have one Content-Length.';
  }
  if (!WHOLE_NUMBER.test(lengths[0]!)) {
    return 'The Content-Length of a message has to be a whole number.';
  }
  const length = Number(lengths[0]);
  return length <= LONGEST_MESSAGE ? length : `A message may have ${LONGEST_MESSAGE} bytes at most.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
