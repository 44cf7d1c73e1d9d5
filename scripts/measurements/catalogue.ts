/**
 * Catalogue of figures: what is measured on which machine, in which unit, and what is wanted of it. The page
 * docs/measurements/README.md shows the newest result of every figure here.
 */

/** Machines by the name that result files and `--machine` use. */
export const MACHINES = {
  zen1: { name: 'Zen 1', about: 'two cores of an AMD Zen 1, with AVX2' },
  zen3: { name: 'Zen 3', about: 'two cores of an AMD Zen 3, with AVX2' },
  zen4: { name: 'Zen 4', about: 'two cores of an AMD Zen 4, with AVX-512 in half as wide units, bf16 and VNNI' },
  zen5: { name: 'Zen 5', about: 'two cores of an AMD Zen 5, with AVX-512, bf16 and VNNI' },
  'xeon-amx': { name: 'Xeon (AMX), 2', about: 'two of 16 processors of an Intel Xeon with AMX' },
  'xeon-amx-16': { name: 'Xeon (AMX), 16', about: 'all 16 processors of it' },
  'avx-vnni': { name: 'AVX-VNNI', about: 'a processor with AVX-VNNI and no AVX-512, which nobody has had yet' },
  neon: { name: 'NEON', about: 'an ARM processor with NEON and dot products, which nobody has had yet' },
  'nvidia-gpu': { name: 'NVIDIA GPU', about: 'a machine with an NVIDIA GPU, on which nobody has tried it yet' },
} as const;
export type Machine = keyof typeof MACHINES;

export type Unit = 'characters/s' | 'times' | 'share' | 'ms' | 's' | 'µs' | 'MB' | 'bpc' | 'count';

export interface Figure {
  readonly title: string;
  readonly unit: Unit;
  /** In words, as the page shows it; absent where nothing in particular is wanted. */
  readonly wanted?: string;
  /** The only machine of which it is wanted; absent for every machine. */
  readonly wantedOf?: Machine;
  /** Machines that are shown as "not measured" until they are; those with results are shown anyway. */
  readonly machines: readonly Machine[];
}

export interface Group {
  readonly title: string;
  /** How the figures of the group are to be read, in Markdown. */
  readonly about: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

const CPUS: readonly Machine[] = ['zen1', 'zen4', 'zen5', 'xeon-amx'];
const INT8: readonly Machine[] = ['zen4', 'zen5', 'xeon-amx', 'avx-vnni', 'neon'];
const BF16: readonly Machine[] = ['zen4', 'zen5', 'xeon-amx'];

/** Networks and minibatches of `understudy bench train`. */
const WORKLOADS = {
  '3x512/100x30': '3 × 512, 100 × 30',
  '3x512/64x64': '3 × 512, 64 × 64',
  '3x512/32x64': '3 × 512, 32 × 64',
  'rnn-3x512/100x30': 'RNN, 3 × 512, 100 × 30',
  '1x128/100x30': '1 × 128, 100 × 30',
  '2x256/100x30': '2 × 256, 100 × 30',
} as const;

function trainingSpeeds(): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [workload, title] of Object.entries(WORKLOADS)) {
    const isTalk = workload === '3x512/100x30' || workload === '3x512/64x64';
    const speed = (mode: string, machines: readonly Machine[]) => {
      figures[`train/${workload}/${mode}`] = {
        title: `${title}, ${mode}`,
        unit: 'characters/s',
        machines: isTalk ? machines : [],
      };
    };
    speed('int8', INT8);
    speed('bf16', BF16);
    speed('fp32', [...CPUS, 'neon']);
    figures[`train/${workload}/pytorch`] = {
      title: `${title}, PyTorch's fastest mode`,
      unit: 'characters/s',
      machines: [],
    };
    figures[`train/${workload}/times-pytorch`] = {
      title: `${title}, fastest mode over PyTorch's fastest`,
      unit: 'times',
      machines: isTalk ? CPUS : [],
      ...(isTalk ? { wanted: '2.5 ×', wantedOf: 'xeon-amx' as const } : {}),
    };
    figures[`train/${workload}/times-pytorch-fp32`] = {
      title: `${title}, fp32 over PyTorch's fp32`,
      unit: 'times',
      machines: [],
    };
  }
  figures['train/scaling'] = { title: 'Efficiency from 1 to 2 threads, fp32', unit: 'share', machines: CPUS };
  for (const size of ['100x30', '64x64', '32x64']) {
    figures[`train/3x512/${size}/tfjs`] = {
      title: `3 × 512, ${size.replace('x', ' × ')}, engine tfjs`,
      unit: 'characters/s',
      machines: size === '32x64' ? [] : ['nvidia-gpu'],
    };
    figures[`train/3x512/${size}/tfjs-times-op-by-op`] = {
      title: `3 × 512, ${size.replace('x', ' × ')}, engine tfjs over tfjs op by op`,
      unit: 'times',
      machines: [],
    };
  }
  return figures;
}

const MANY_THREADS: Record<string, Figure> = Object.fromEntries(
  [
    ['fp32', '32x64', 8],
    ['fp32', '32x64', 16],
    ['bf16', '32x64', 8],
    ['bf16', '32x64', 16],
    ['fp32', '100x30', 8],
    ['fp32', '100x30', 16],
    ['bf16', '100x30', 8],
    ['bf16', '100x30', 16],
  ].map(([mode, size, threads]) => [
    `train/3x512/${size}/${mode}/${threads}-threads`,
    {
      title: `3 × 512, ${String(size).replace('x', ' × ')}, ${mode}, ${threads} threads`,
      unit: 'characters/s',
      machines: ['xeon-amx-16'],
    },
  ]),
);

const PREDICTION: Record<string, Figure> = {
  'predict/1/ms_per_char': {
    title: 'One character, 1 thread',
    unit: 'ms',
    wanted: '0.25 ms',
    machines: [...CPUS, 'avx-vnni', 'neon'],
  },
  'predict/1/times-pytorch': { title: 'One character, 1 thread, over PyTorch', unit: 'times', machines: CPUS },
  'predict/1/four_streams_ms': { title: 'One character of four streams, 1 thread', unit: 'ms', machines: CPUS },
  'predict/1/prime_2000_ms': {
    title: 'A context of 2,000 characters, 1 thread',
    unit: 'ms',
    wanted: '150 ms',
    machines: CPUS,
  },
  'predict/2/ms_per_char': { title: 'One character, 2 threads', unit: 'ms', machines: [] },
  'predict/2/times-pytorch': { title: 'One character, 2 threads, over PyTorch', unit: 'times', machines: [] },
  'predict/2/four_streams_ms': { title: 'One character of four streams, 2 threads', unit: 'ms', machines: [] },
  'predict/2/prime_2000_ms': { title: 'A context of 2,000 characters, 2 threads', unit: 'ms', machines: [] },
};

const LEARNING: Record<string, Figure> = {
  ...Object.fromEntries(
    [60, 120, 200, 300, 600].flatMap((seconds) => [
      [
        `learn/django-${seconds}s/bpc`,
        {
          title: `Django after ${seconds} s`,
          unit: 'bpc',
          machines: seconds === 200 ? CPUS : ['zen4'],
          ...(seconds === 200 ? { wanted: '1.144 bpc', wantedOf: 'xeon-amx' } : {}),
        },
      ],
      [
        `learn/django-${seconds}s/pytorch-bpc`,
        { title: `Django after ${seconds} s, PyTorch with the same recipe`, unit: 'bpc', machines: [] },
      ],
    ]),
  ),
  'learn/django-600s/chars_per_second': {
    title: 'Speed over the 600 s on Django',
    unit: 'characters/s',
    machines: [],
  },
  'learn/jinja2-4-epochs/bpc': { title: 'Jinja2 after 4 epochs', unit: 'bpc', machines: ['zen4'] },
  'learn/flask-4-epochs/bpc': { title: 'Flask after 4 epochs', unit: 'bpc', machines: ['zen4'] },
  'learn/django-epoch/int8-bpc': {
    title: 'One epoch of Django, int8',
    unit: 'bpc',
    wanted: 'fp32 + 0.01',
    machines: ['zen4', 'xeon-amx'],
  },
  'learn/django-epoch/bf16-bpc': {
    title: 'One epoch of Django, bf16',
    unit: 'bpc',
    wanted: 'fp32 + 0.01',
    machines: ['zen4'],
  },
  'learn/django-epoch/fp32-bpc': { title: 'One epoch of Django, fp32', unit: 'bpc', machines: ['zen4'] },
  'stored-weights/bpc': {
    title: 'A network read with weights and activations in bytes',
    unit: 'bpc',
    machines: ['zen4'],
  },
  'stored-weights/fp32-bpc': { title: 'The same network read in fp32', unit: 'bpc', machines: ['zen4'] },
};

const SUBJECTS = {
  'django-600s': 'Django, network of 600 s',
  'flask-4-epochs': 'Flask, network of 4 epochs',
  'stdlib-300s': 'four packages of the standard library, network of the rest after 300 s',
} as const;
type Subject = keyof typeof SUBJECTS;

const WANTED_MODES: Readonly<Record<string, { saved: string; accepted: string }>> = {
  balanced: { saved: '50 %', accepted: '60 %' },
  quiet: { saved: '36 %', accepted: '85 %' },
};

function completion(subject: Subject): Record<string, Figure> {
  const isMain = subject === 'django-600s';
  const machines: readonly Machine[] = isMain ? ['zen4'] : [];
  const bits = (title: string, wanted?: string): Figure => ({
    title,
    unit: 'bpc',
    machines,
    ...(wanted === undefined ? {} : { wanted }),
  });
  const figures: Record<string, Figure> = {
    [`eval/${subject}/bpc/network`]: bits('Bits per character, network alone'),
    [`eval/${subject}/bpc/memory`]: bits('Bits per character, memory alone'),
    [`eval/${subject}/bpc/both`]: bits('Bits per character, both', isMain ? '0.78 bpc' : undefined),
    [`eval/${subject}/bpc_without_adapting/both`]: bits('Bits per character, both, not learning from what they read'),
  };
  if (isMain) {
    figures[`eval/${subject}/all/bpc/both`] = bits('Both, on all 351,000 characters held out', '0.87 bpc');
  }
  for (const mode of ['eager', 'balanced', 'quiet']) {
    const share = (title: string, wanted: string | undefined): Figure => ({
      title,
      unit: 'share',
      machines,
      ...(isMain && wanted !== undefined ? { wanted } : {}),
    });
    const key = `eval/${subject}/keystrokes/both/${mode}`;
    figures[`${key}/saved`] = share(`Keystrokes saved, ${mode}`, WANTED_MODES[mode]?.saved);
    figures[`${key}/accepted`] = share(`Suggestions that are right, ${mode}`, WANTED_MODES[mode]?.accepted);
    figures[`${key}/saved_in_editor`] = share(`Keys saved in an editor that indents, ${mode}`, undefined);
  }
  figures[`eval/${subject}/latency_ms/p50`] = { title: 'A request, in process, median', unit: 'ms', machines };
  figures[`eval/${subject}/latency_ms/p95`] = { title: 'A request, in process, 95 % within', unit: 'ms', machines };
  return figures;
}

const VALIDITY: Record<string, Figure> = {
  'validity/django/wrong-closers': {
    title: 'Wrong closing brackets in 200 suggestions',
    unit: 'count',
    wanted: '0',
    machines: ['zen4'],
  },
  'validity/django/unknown-names': {
    title: 'Unknown names in 200 suggestions',
    unit: 'count',
    wanted: '0',
    machines: ['zen4'],
  },
  'validity/django/samples-raw': {
    title: 'Of 100 raw samples, those that tokenize',
    unit: 'count',
    machines: ['zen4'],
  },
  'validity/django/samples-code-aware': {
    title: 'Of 100 code-aware samples, those that tokenize',
    unit: 'count',
    machines: ['zen4'],
  },
};

const SERVER: Record<string, Figure> = {
  'server/warm/p50': { title: 'Warm request, median', unit: 'ms', wanted: '15 ms', machines: ['zen4'] },
  'server/warm/p95': { title: 'Warm request, 95 % within', unit: 'ms', wanted: '50 ms', machines: ['zen4'] },
  'server/cold/p50': { title: 'First request in a file, median', unit: 'ms', machines: ['zen4'] },
  'server/cold/p95': { title: 'First request in a file, 95 % within', unit: 'ms', wanted: '50 ms', machines: ['zen4'] },
  'server/cold/both-slowest': {
    title: 'First request answered by network and memory, without a deadline, slowest of ten files',
    unit: 'ms',
    wanted: '500 ms',
    machines: ['zen4'],
  },
};

const RESIDENT: Record<string, Figure> = {
  'resident/trainer/node20': {
    title: 'Trainer, to its end, Node 20',
    unit: 'MB',
    wanted: '600 MB',
    machines: ['zen4'],
  },
  'resident/trainer/node24': {
    title: 'Trainer, to its end, Node 24',
    unit: 'MB',
    wanted: '600 MB',
    machines: ['zen4'],
  },
  'resident/server/node24': {
    title: 'Language server with a memory of Django, ten files typed in, Node 24',
    unit: 'MB',
    machines: ['zen4'],
  },
  'resident/predictor': { title: 'A predictor with its parameters, int8', unit: 'MB', machines: ['zen4'] },
};

const MEMORY: Record<string, Figure> = {
  'memory/build/elapsed': { title: 'Building the memory of Django, elapsed', unit: 's', machines: ['zen1', 'zen4'] },
  'memory/build/processor': {
    title: 'Building the memory of Django, processor time',
    unit: 's',
    machines: ['zen1', 'zen4'],
  },
  'memory/read': { title: 'Reading and learning a held-out character', unit: 'µs', machines: ['zen1'] },
  'memory/predict': { title: 'Prediction of all 98 symbols', unit: 'µs', machines: ['zen1'] },
};

export const GROUPS: readonly Group[] = [
  {
    title: 'Training speed',
    about:
      'Layers × units, rows × steps of a minibatch; two threads. The share is of the best matrix product known on that\n' +
      'machine, in the same numeric mode; of the Xeon 50 % are wanted. PyTorch trains nothing in int8. Where a processor has\n' +
      'fp32 alone, as with AVX2, both ratios are the same one. PyTorch is 2.13, on the Xeon 2.11; of\n' +
      'the Zen 3 its own speed was not written down: it is ours over the ratio.',
    figures: trainingSpeeds(),
  },
  {
    title: 'Training speed with many threads',
    about: 'Threads form groups where each would have few rows of the minibatch.',
    figures: MANY_THREADS,
  },
  {
    title: 'Prediction speed',
    about: "The talk's network, 3 × 512, with weights in 8 bits.",
    figures: PREDICTION,
  },
  {
    title: 'What is learnt',
    about:
      "Bits per character of the first 150,000 held-out characters, every tenth file held out; the talk's network with\n" +
      'the `fast` recipe.',
    figures: LEARNING,
  },
  ...Object.entries(SUBJECTS).map(([subject, title]) => ({
    title: `Completion: ${title}`,
    about: 'Shares are of all characters typed, and of all suggestions shown.',
    figures: completion(subject as Subject),
  })),
  {
    title: 'Validity of code',
    about: 'Suggestions of several tokens, and samples of 500 characters, in Django.',
    figures: VALIDITY,
  },
  {
    title: 'The language server under load',
    about: 'Ten Django files typed in turn over LSP, beside a training that keeps every processor busy.',
    figures: SERVER,
  },
  { title: 'Size of the processes', about: 'Highest resident memory.', figures: RESIDENT },
  { title: 'The memory of the code base', about: '4.60 million characters of Django learnt.', figures: MEMORY },
];

export const FIGURES: Readonly<Record<string, Figure>> = Object.assign({}, ...GROUPS.map(({ figures }) => figures));
