// The house rules of the design: which room of src/ may import which.
// Every room may also import src/protocol (the vocabulary shared across processes) and src/text; every room of Node's
// processes src/storage (files that survive a crash).
const mayImport = {
  text: [],
  protocol: [],
  storage: [],
  corpus: [],
  model: [],
  engine: ['model'],
  memory: ['engine'],
  training: ['corpus', 'model', 'engine'],
  completion: ['model', 'engine', 'memory'],
  evaluation: ['corpus', 'model', 'engine', 'memory', 'training', 'completion'],
  server: ['corpus', 'model', 'engine', 'memory', 'training', 'completion', 'evaluation'],
  reader: ['corpus'],
  trainer: ['training', 'engine', 'evaluation'],
  extension: [],
  panel: [],
  cli: ['corpus', 'model', 'engine', 'memory', 'training', 'completion', 'evaluation', 'server', 'trainer'],
};

const everyone = { text: ['text'], protocol: ['protocol'], storage: ['protocol'] };

const rules = Object.entries(mayImport).map(([room, others]) => {
  const allowed = [
    room,
    ...others,
    ...(everyone[room] ?? (room === 'extension' || room === 'panel' ? ['protocol'] : ['text', 'protocol', 'storage'])),
  ];
  return {
    name: `${room} imports only ${allowed.join(', ')}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
  };
});

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'only src/extension imports vscode',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '^vscode$' },
    },
    { name: 'no circular imports', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
