import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { MACHINES, type Machine } from './catalogue';

export const MEASUREMENTS = resolve(__dirname, '..', '..', 'docs', 'measurements');
const RESULTS = join(MEASUREMENTS, 'results');

/** A value in the figure's unit (shares from 0 to 1), with a remark that the page shows beside it. */
const Value = v.union([v.number(), v.strictObject({ value: v.number(), remark: v.string() })]);

/** Figures that one command gave, by their name in the catalogue. */
const Measurement = v.strictObject({
  command: v.string(),
  /** Entry of docs/measurements/log that tells more; absent where there is none. */
  log: v.optional(v.string()),
  figures: v.record(v.string(), Value),
});
export type Measurement = v.InferOutput<typeof Measurement>;

/** One file of docs/measurements/results: what was measured on a machine at a commit. */
const ResultFile = v.strictObject({
  machine: v.picklist(Object.keys(MACHINES) as Machine[]),
  /** Abbreviated hash of the code that was measured. */
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{7,40}$/)),
  /** When, as an ISO 8601 time: the newest result of a figure is the one that holds. */
  time: v.pipe(v.string(), v.isoTimestamp()),
  measurements: v.array(Measurement),
});
export type ResultFile = v.InferOutput<typeof ResultFile>;

/** One value of one figure. */
export interface Result extends Pick<ResultFile, 'machine' | 'commit' | 'time'> {
  readonly figure: string;
  readonly value: number;
  readonly remark: string | null;
  readonly command: string;
  readonly log: string | null;
  /** Name of the file it stands in. */
  readonly file: string;
}

type Origin = Omit<ResultFile, 'measurements'>;

function nameOf({ time, machine, commit }: Origin): string {
  return `${dayOf(time)}-${machine}-${commit}.json`;
}

export function dayOf(time: string): string {
  return time.slice(0, 'YYYY-MM-DD'.length);
}

/** Results of all files, oldest first. */
export function readResults(): Result[] {
  return readdirSync(RESULTS)
    .flatMap((file) => resultsIn(file, parse(file)))
    .sort((a, b) => a.time.localeCompare(b.time));
}

function parse(file: string): ResultFile {
  const parsed = v.safeParse(ResultFile, JSON.parse(readFileSync(join(RESULTS, file), 'utf8')));
  if (!parsed.success) {
    throw new Error(`${file}: ${v.summarize(parsed.issues)}`);
  }
  if (nameOf(parsed.output) !== file) {
    throw new Error(`${file} should be named ${nameOf(parsed.output)}`);
  }
  return parsed.output;
}

function resultsIn(file: string, { machine, commit, time, measurements }: ResultFile): Result[] {
  return measurements.flatMap(({ command, log, figures }) =>
    Object.entries(figures).map(([figure, entry]) => {
      const { value, remark } = typeof entry === 'number' ? { value: entry, remark: null } : entry;
      return { figure, value, remark, machine, commit, time, command, log: log ?? null, file };
    }),
  );
}

/** Adds a measurement to the file of its machine, day and commit. Gives the file's name. */
export function addMeasurement(origin: Origin, measurement: Measurement): string {
  const file = nameOf(origin);
  const before = readdirSync(RESULTS).includes(file) ? parse(file).measurements : [];
  const content: ResultFile = { ...origin, measurements: [...before, measurement] };
  writeFileSync(join(RESULTS, file), `${JSON.stringify(content, null, 2)}\n`);
  return file;
}
