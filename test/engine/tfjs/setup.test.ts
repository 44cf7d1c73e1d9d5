import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OWN_TENSORFLOW_EXISTS } from '../../../src/engine/tfjs/bundled-tensorflow';
import { currentSetup, removeTfjs, type SetupOptions, setUpTfjs, whatWasSetUp } from '../../../src/engine/tfjs/setup';
import { UserError } from '../../../src/protocol/user-error';

/** A machine whose only programs are the scripts in `bin`, and whose set-up goes to `home`/tfjs. */
let machine: string;
let tensorflow: string;
const skip = process.platform === 'linux' ? {} : { skip: 'the set-up is for Linux' };

beforeEach(() => {
  machine = mkdtempSync(path.join(tmpdir(), 'understudy-setup-'));
  tensorflow = path.join(machine, 'site-packages', 'tensorflow');
  for (const folder of ['bin', 'home']) {
    mkdirSync(path.join(machine, folder));
  }
  mkdirSync(path.join(tensorflow, 'include'), { recursive: true });
  for (const name of ['cc', 'framework']) {
    writeFileSync(path.join(tensorflow, `libtensorflow_${name}.so.2`), '');
  }
  process.env.UNDERSTUDY_TFJS = path.join(machine, 'home', 'tfjs');

  program('python3', `echo '{"folder": "${tensorflow}", "cuda": false}'`);
  program('npm', 'echo fetched > fetched');
  program('g++', ': "$@"; while [ $# -gt 0 ]; do [ "$1" = -o ] && echo built > "$2"; shift; done; exit 0');
});

afterEach(() => {
  delete process.env.UNDERSTUDY_TFJS;
  rmSync(machine, { recursive: true });
});

function program(name: string, script: string): void {
  writeFileSync(path.join(machine, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function without(name: string): void {
  rmSync(path.join(machine, 'bin', name));
}

const passed = { version: '2.21.0', gpu: false, difference: 1e-7 };

function setUp(options: Partial<SetupOptions> = {}) {
  return setUpTfjs({
    python: null,
    folders: [machine],
    env: { PATH: path.join(machine, 'bin') },
    selfTest: async () => ({ result: passed, log: '' }),
    report: () => {},
    ...options,
  });
}

/** The package that npm fetches has this install script. */
function installScript(script: string): void {
  const scripts = 'node_modules/@tensorflow/tfjs-node-gpu/scripts';
  writeFileSync(path.join(machine, 'install.js'), script);
  program('npm', `/bin/mkdir -p ${scripts} && /bin/cp ${machine}/install.js ${scripts}`);
}

const DOWNLOADS = `
  const fs = require('fs');
  fs.writeFileSync('asked', process.argv.slice(2).join(' '));
  fs.mkdirSync('deps/lib', { recursive: true });
  console.error('* Downloading libtensorflow\\n* Building TensorFlow Node.js bindings');
  process.exit(1);`;

/** Asserts one clear sentence, and that no half of a set-up is left. */
async function assertFails(message: RegExp, options: Partial<SetupOptions> = {}): Promise<void> {
  await assert.rejects(setUp(options), (error: Error) => {
    assert.ok(error instanceof UserError, error.stack);
    assert.match(error.message, message);
    assert.ok(!error.message.includes('\n'), error.message);
    return true;
  });
  assert.deepEqual(readdirSync(path.join(machine, 'home')), []);
}

test('a set-up ends in its place, with what it found', skip, async () => {
  const setup = await setUp();
  assert.deepEqual(setup.selfTest, passed);
  assert.equal(setup.tensorflow.folder, tensorflow);
  assert.deepEqual(currentSetup(), setup);
  assert.deepEqual(readdirSync(path.join(machine, 'home')), ['tfjs']);
});

test('the self-test runs on what is being set up, with what TensorFlow says of itself', skip, async () => {
  await setUp({
    selfTest: async (env) => {
      const folder = env.UNDERSTUDY_TFJS as string;
      assert.ok(existsSync(path.join(folder, 'fetched')));
      const binding = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';
      assert.ok(existsSync(path.join(folder, binding)));
      assert.equal(env.TF_CPP_MIN_LOG_LEVEL, '0');
      return { result: passed, log: '' };
    },
  });
});

test('remove deletes it', skip, async () => {
  await setUp();
  assert.equal(await removeTfjs(), true);
  assert.equal(currentSetup(), null);
  assert.equal(await removeTfjs(), false);
});

test('a failure leaves an earlier set-up as it was', skip, async () => {
  const setup = await setUp();
  program('npm', 'exit 1');
  await assert.rejects(setUp(), UserError);
  assert.deepEqual(currentSetup(), setup);
  assert.deepEqual(readdirSync(path.join(machine, 'home')), ['tfjs']);
});

test('no Python', skip, async () => {
  without('python3');
  await assertFails(
    /^No TensorFlow was found with .*python3, python\b.*: install it with pip install "tensorflow\[and-cuda\]"/,
  );
});

test('a Python without TensorFlow', skip, async () => {
  program('python3', 'echo null');
  await assertFails(/^No TensorFlow was found/);
});

test('a given Python that does not exist', skip, () =>
  assertFails(/found with \/nowhere\/python:.*--python/, { python: '/nowhere/python' }),
);

test('a virtual environment goes before the PATH', skip, async () => {
  program('python3', 'echo null');
  mkdirSync(path.join(machine, 'venv', 'bin'), { recursive: true });
  const python = path.join(machine, 'venv', 'bin', 'python');
  writeFileSync(python, `#!/bin/sh\necho '{"folder": "${tensorflow}", "cuda": true}'\n`, { mode: 0o755 });
  const env = { PATH: path.join(machine, 'bin'), VIRTUAL_ENV: path.join(machine, 'venv') };
  assert.deepEqual((await setUp({ env })).tensorflow, { python, folder: tensorflow, cuda: true });
});

test('a broken TensorFlow', skip, async () => {
  rmSync(path.join(tensorflow, 'libtensorflow_cc.so.2'));
  await assertFails(/has no libtensorflow_cc.so.2: install it again/);
});

test('no compiler', skip, async () => {
  without('g++');
  await assertFails(/^No C\+\+ compiler was found: install g\+\+/);
});

test('no npm', skip, async () => {
  without('npm');
  await assertFails(/^npm was not found: install Node\.js/);
});

test('no network', skip, async () => {
  program('npm', 'echo "npm error network request failed" >&2; exit 1');
  await assertFails(/^npm could not fetch .*npm error network request failed.*check the network/);
});

test('a binding that does not compile', skip, async () => {
  program('g++', '[ "$1" = --version ] || { echo "x.cc:1: error: no such thing" >&2; exit 1; }');
  await assertFails(/^g\+\+ could not build the binding .*x\.cc:1: error: no such thing/);
});

test('a TensorFlow that ends the process', skip, () =>
  assertFails(/^The training step .* failed \(Segmentation fault\)/, {
    selfTest: async () => ({ result: null, log: 'noise\nSegmentation fault\n' }),
  }),
);

test('a TensorFlow that computes something else', skip, () =>
  assertFails(/off by 0\.5/, { selfTest: async () => ({ result: { ...passed, difference: 0.5 }, log: '' }) }),
);

test('a TensorFlow that computes no number', skip, () =>
  assertFails(/training step/, { selfTest: async () => ({ result: { ...passed, difference: null }, log: '' }) }),
);

const own = OWN_TENSORFLOW_EXISTS ? {} : { skip: 'the package has a TensorFlow of its own for Linux on x64 only' };

test("where no Python has TensorFlow, the package's own is downloaded by its install script", own, async () => {
  program('python3', 'echo null');
  installScript(DOWNLOADS);
  const linked = path.join(machine, 'linked');
  program('g++', `echo "$@" >> ${linked}`);
  const told: string[] = [];
  const setup = await setUp({ report: (line) => told.push(line) });
  const folder = path.join(machine, 'home/tfjs/node_modules/@tensorflow/tfjs-node-gpu/deps');
  assert.deepEqual(setup.tensorflow, { python: null, folder, cuda: true });
  assert.deepEqual(currentSetup(), setup);
  assert.equal(readFileSync(path.join(folder, '../asked'), 'utf8'), 'gpu download');
  assert.match(told.join('\n'), /^No TensorFlow was found with .*own \(TensorFlow 2\.9\.1 for CUDA 11\.2\)\.$/m);
  // The set-up moves when it is complete.
  assert.match(readFileSync(linked, 'utf8'), /-l:libtensorflow\.so\.2 .*-Wl,-rpath,\$ORIGIN\/\.\.\/\.\.\/deps\/lib$/m);
  assert.equal(await removeTfjs(), true);
  assert.deepEqual(readdirSync(path.join(machine, 'home')), []);
});

test("the package's own cannot be downloaded", own, async () => {
  program('python3', 'echo null');
  installScript(`const error = new Error('getaddrinfo ENOTFOUND example.org'); throw error;`);
  await assertFails(
    /^No TensorFlow was found with .*, and the package's own \(TensorFlow 2\.9\.1 for CUDA 11\.2\) could not be downloaded \(getaddrinfo ENOTFOUND example\.org\): install it with pip install "tensorflow\[and-cuda\]"/,
  );
});

test("the package's own is not downloaded where a Python has TensorFlow, or one was asked for", own, async () => {
  installScript(DOWNLOADS);
  await setUp();
  assert.ok(!existsSync(path.join(machine, 'home/tfjs/node_modules/@tensorflow/tfjs-node-gpu/asked')));
  await removeTfjs();
  program('python3', 'echo null');
  await assertFails(/^No TensorFlow was found with python3: install it/, { python: 'python3' });
});

test("a download of the package's own that is cancelled ends", own, async () => {
  program('python3', 'echo null');
  const started = path.join(machine, 'started');
  const write = `require('fs').writeFileSync(${JSON.stringify(started)}, String(process.pid))`;
  installScript(`${write}; setInterval(() => {}, 1000);`);
  await assertCancels(started);
});

test("why there is no GPU: the package's own wants another CUDA", own, async () => {
  program('python3', 'echo null');
  installScript(DOWNLOADS);
  const { whyNoGpu } = await setUp();
  assert.match(whyNoGpu ?? '', /^No NVIDIA driver was found|needs CUDA 11\.2 and cuDNN 8\.1; pip install/);
});

test('why there is no GPU: a TensorFlow without CUDA', skip, async () => {
  assert.match((await setUp()).whyNoGpu ?? '', /built without CUDA: pip install "tensorflow\[and-cuda\]"/);
});

test('nothing to explain where the GPU is used', skip, async () => {
  const selfTest = async () => ({ result: { ...passed, gpu: true }, log: '' });
  assert.equal((await setUp({ selfTest })).whyNoGpu, null);
});

test('what was set up is told: version, place, and the GPU or why there is none', skip, async () => {
  const setup = await setUp();
  assert.match(
    whatWasSetUp(setup),
    /^TensorFlow 2\.21\.0 in .*tensorflow trains on the processor alone\. This TensorFlow was built without CUDA/,
  );
  const withGpu = { ...setup, selfTest: { ...passed, gpu: true }, whyNoGpu: null };
  assert.match(
    whatWasSetUp(withGpu),
    /^TensorFlow 2\.21\.0 in .*tensorflow trains on the GPU \(CUDA\); trainings use it/,
  );
});

test('a virtual environment in one of the folders is found', skip, async () => {
  program('python3', 'echo null');
  const python = path.join(machine, 'project', '.venv', 'bin', 'python');
  mkdirSync(path.dirname(python), { recursive: true });
  writeFileSync(python, `#!/bin/sh\necho '{"folder": "${tensorflow}", "cuda": false}'\n`, { mode: 0o755 });
  const folders = [machine, path.join(machine, 'project')];
  assert.equal((await setUp({ folders })).tensorflow.python, python);
});

test('a set-up that is cancelled ends what it runs and leaves nothing', skip, async () => {
  const started = path.join(machine, 'started');
  program('npm', `echo $$ > ${started}; exec /bin/sleep 600`);
  await assertCancels(started);
});

/**
 * Asserts that a set-up is cancelled once a program has written its process's id to `started`, and that it has ended.
 */
async function assertCancels(started: string): Promise<void> {
  const cancelled = new AbortController();
  const setup = assert.rejects(setUp({ signal: cancelled.signal }), { name: 'AbortError' });
  const program = () => (existsSync(started) ? Number(readFileSync(started, 'utf8')) : 0);
  while (program() === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  cancelled.abort();
  await setup;
  assert.throws(() => process.kill(program(), 0), { code: 'ESRCH' });
  assert.deepEqual(readdirSync(path.join(machine, 'home')), []);
}
