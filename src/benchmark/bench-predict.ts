import { createNativeEngine } from '../engine/native/native-engine';
import { TALK_MODEL } from '../model/config';
import { initialise } from '../model/initialise';
import { Random } from '../model/random';
import { ALPHABET_SIZE } from '../python/alphabet';
import { median, takeTurns } from './median';
import { Peer } from './peer';

export interface PredictRow {
  readonly name: string;
  readonly mode: string;
  readonly threads: number;
  /** One character, one stream. */
  readonly ms_per_char: number;
  readonly chars_per_second: number;
  /** Reading a context of 2,000 characters. */
  readonly prime_2000_ms: number;
  /** One character for each of four streams at once. */
  readonly four_streams_ms: number;
}

export interface PredictReport {
  readonly rows: readonly PredictRow[];
  /** PyTorch's time over ours, by threads; null where there is nothing to compare with. */
  readonly ratios: {
    readonly ms_per_char: Readonly<Record<string, number | null>>;
    readonly prime_2000_ms: Readonly<Record<string, number | null>>;
  };
  readonly torch: string | null;
}

export interface PredictBench {
  readonly threads: number;
  readonly rounds: number;
  readonly python: string;
  readonly progress: (line: string) => void;
}

interface Contestant {
  readonly name: string;
  readonly mode: string;
  readonly threads: number;
  /** Seconds for `streams` streams to read `characters` characters each: the median of `repeat` readings. */
  seconds(streams: number, characters: number, repeat: number): Promise<number>;
  close(): void;
}

/** Latency of the talk's network, ours and, where it can be imported, PyTorch's, turn by turn in one run. */
export async function benchPredict(bench: PredictBench): Promise<PredictReport> {
  const peer = await Peer.start(bench.python, 'pytorch_predict.py');
  const threadCounts = bench.threads === 1 ? [1] : [1, bench.threads];
  const contestants: Contestant[] = [];
  for (const threads of threadCounts) {
    contestants.push(await ourselves(threads, true));
    if (peer) {
      contestants.push(torch(peer, threads));
    }
  }
  contestants.push(await ourselves(1, false));
  try {
    const rows = await measure(bench, contestants);
    const ratios = (of: 'ms_per_char' | 'prime_2000_ms') =>
      Object.fromEntries(threadCounts.map((threads) => [String(threads), ratio(rows, threads, of)]));
    return {
      rows,
      ratios: { ms_per_char: ratios('ms_per_char'), prime_2000_ms: ratios('prime_2000_ms') },
      torch: peer?.greeting.torch ?? null,
    };
  } finally {
    for (const contestant of contestants) {
      contestant.close();
    }
    peer?.close();
  }
}

async function measure(bench: PredictBench, contestants: readonly Contestant[]): Promise<PredictRow[]> {
  const turns = async (what: string, streams: number, characters: number, repeat: number) => {
    bench.progress(`measuring ${what} …`);
    const each = contestants.map((contestant) => () => contestant.seconds(streams, characters, repeat));
    return takeTurns(each, bench.rounds);
  };
  const one = await turns('one character', 1, 1, 50);
  const four = await turns('four streams', 4, 1, 50);
  const prime = await turns('a context of 2,000 characters', 1, 2000, 1);
  return contestants.map(({ name, mode, threads }, i) => ({
    name,
    mode,
    threads,
    ms_per_char: one[i]! * 1000,
    chars_per_second: 1 / one[i]!,
    prime_2000_ms: prime[i]! * 1000,
    four_streams_ms: four[i]! * 1000,
  }));
}

async function ourselves(threads: number, storedWeights: boolean): Promise<Contestant> {
  const engine = createNativeEngine({ threads, storedWeights });
  const predictor = await engine.createPredictor(TALK_MODEL, initialise(TALK_MODEL, 1));
  const random = new Random(1);
  return {
    name: 'understudy',
    mode: storedWeights ? 'as stored, 8 bits' : `as trained, ${engine.mode}`,
    threads,
    seconds: async (streams, characters, repeat) => {
      const states = Array.from({ length: streams }, () => predictor.initialState());
      const symbols = Uint8Array.from({ length: streams * characters }, () =>
        Math.floor(random.next() * ALPHABET_SIZE),
      );
      const times: number[] = [];
      for (let i = 0; i < repeat; i++) {
        const started = performance.now();
        if (streams === 1) {
          await predictor.read(states[0]!, symbols);
        } else {
          await predictor.readBatch(states, symbols);
        }
        times.push((performance.now() - started) / 1000);
      }
      return median(times);
    },
    close: () => predictor.dispose(),
  };
}

function torch(peer: Peer, threads: number): Contestant {
  return {
    name: 'PyTorch',
    mode: 'fp32',
    threads,
    seconds: (streams, characters, repeat) => peer.seconds({ ...TALK_MODEL, threads, streams, characters, repeat }),
    close: () => {},
  };
}

function ratio(rows: readonly PredictRow[], threads: number, of: 'ms_per_char' | 'prime_2000_ms'): number | null {
  const find = (name: string) => rows.find((row) => row.name === name && row.threads === threads);
  const [ours, theirs] = [find('understudy'), find('PyTorch')];
  return ours && theirs ? theirs[of] / ours[of] : null;
}
