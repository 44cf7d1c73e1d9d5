import * as v from 'valibot';
import type { ConfigurationItem, Connection } from 'vscode-languageserver/node';
import { Settings } from '../../protocol/settings';
import { inReasonableTime } from '../requests';

const SECTION = 'understudy';
const Pushed = v.record(v.string(), v.unknown());

/** Default settings, for what a client does not say; package.json declares the same for VS Code. */
export const DEFAULTS: Settings = {
  enable: true,
  suggestions: 'balanced',
  memory: true,
  preset: 'fast',
  minutes: 10,
  cell: 'gru',
  layers: 3,
  units: 512,
  engine: 'auto',
  threads: 0,
  seed: 1,
  exclude: [],
  samplePrompts: [],
};

/**
 * The settings of a client, each missing or unusable one replaced by its default, and the names of the unusable ones.
 */
export function parseSettings(given: unknown): { settings: Settings; unusable: string[] } {
  const fields = v.safeParse(v.record(v.string(), v.unknown()), given).output ?? {};
  const parsed = Object.entries(Settings.entries).map(([name, schema]) => {
    const result = v.safeParse(schema, (fields as Record<string, unknown>)[name]);
    return { name, result };
  });
  const known = parsed.filter(({ result }) => result.success).map(({ name, result }) => [name, result.output]);
  const unusable = parsed.filter(({ name, result }) => !result.success && name in Object(fields));
  return { settings: { ...DEFAULTS, ...Object.fromEntries(known) }, unusable: unusable.map(({ name }) => name) };
}

/** The client's settings; those of a document are asked for once, and again after a change. */
export class SettingsSource {
  readonly #connection: Connection;
  readonly #canAsk: boolean;
  readonly #ofDocuments = new Map<string, Promise<Settings>>();
  /** From `workspace/didChangeConfiguration`, for clients that cannot be asked. */
  #pushed: unknown;

  constructor(connection: Connection, canAsk: boolean, onChange: () => void) {
    this.#connection = connection;
    this.#canAsk = canAsk;
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#pushed = v.is(Pushed, settings) ? settings[SECTION] : undefined;
      this.#ofDocuments.clear();
      onChange();
    });
  }

  /** Settings that hold for a document. */
  of(uri: string): Promise<Settings> {
    const known = this.#ofDocuments.get(uri);
    if (known) {
      return known;
    }
    const settings = this.#ask({ section: SECTION, scopeUri: uri });
    this.#ofDocuments.set(uri, settings);
    return settings;
  }

  /** Settings that hold for the whole workspace. */
  ofWindow(): Promise<Settings> {
    return this.#ask({ section: SECTION });
  }

  forget(uri: string): void {
    this.#ofDocuments.delete(uri);
  }

  async #ask(item: ConfigurationItem): Promise<Settings> {
    const { settings, unusable } = parseSettings(await this.#given(item));
    if (unusable.length > 0) {
      this.#connection.console.warn(`Settings that cannot be used, taken as their defaults: ${unusable.join(', ')}.`);
    }
    return settings;
  }

  async #given(item: ConfigurationItem): Promise<unknown> {
    if (!this.#canAsk) {
      return this.#pushed;
    }
    try {
      return await inReasonableTime(this.#connection.workspace.getConfiguration(item));
    } catch (error) {
      this.#connection.console.warn(`The client did not tell its settings (${error}); the defaults are used.`);
      return undefined;
    }
  }
}
