// The walls of the house: which room of src/ may import which others, and that nothing in src/ imports what stands outside it.
// Everybody may import src/protocol (the messages between processes) and src/python (the language), and every room that runs
// in Node src/storage (files that survive a crash) and src/process (child processes).
const mayImport = {
  python: [],
  protocol: [],
  storage: [],
  process: [],
  addon: [],
  ignore: [],
  corpus: ['ignore'],
  model: [],
  engine: ['model', 'addon'],
  metrics: ['engine'],
  generation: ['model', 'engine'],
  memory: ['engine', 'addon'],
  training: ['corpus', 'model', 'engine', 'metrics', 'generation'],
  completion: ['model', 'engine', 'memory', 'generation'],
  simulation: ['corpus', 'model', 'engine', 'memory', 'metrics', 'training', 'completion'],
  inspection: ['corpus', 'model', 'engine', 'metrics', 'generation', 'completion'],
  reader: ['corpus'],
  trainer: ['training', 'engine', 'simulation', 'inspection'],
  server: [
    'corpus',
    'model',
    'engine',
    'memory',
    'metrics',
    'generation',
    'training',
    'completion',
    'simulation',
    'inspection',
    'reader',
    'trainer',
  ],
  benchmark: ['model', 'engine', 'addon'],
  cli: [
    'corpus',
    'model',
    'engine',
    'memory',
    'metrics',
    'generation',
    'training',
    'completion',
    'simulation',
    'inspection',
    'server',
    'trainer',
    'benchmark',
  ],
  extension: [],
  panel: [],
};

const withoutNode = ['extension', 'panel'];
const ownWalls = { python: [], protocol: [], storage: ['protocol'], process: [] };

function rulesOf([room, others]) {
  const everybody = ['python', 'protocol', ...(withoutNode.includes(room) ? [] : ['storage', 'process'])];
  const allowed = [room, ...others, ...(ownWalls[room] ?? everybody)];
  return {
    name: `${room} imports only ${allowed.join(', ')}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
  };
}

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(rulesOf),
    {
      name: 'src imports nothing of bench, test, scripts, base-model',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(bench|test|scripts|base-model)/' },
    },
    {
      name: 'only src/extension imports vscode',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'only src/addon loads binaries',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/addon/' },
      to: { path: 'node-gyp-build' },
    },
    { name: 'no circular imports', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
