import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { joinFiles, loadCorpus } from '../../src/corpus/corpus';
import { chooseEngine } from '../../src/engine/choose';
import type { Trainer } from '../../src/engine/engine';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { SAMPLE_PROMPT } from '../../src/generation/sample';
import { evaluate } from '../../src/metrics/evaluate';
import { readCheckpoint } from '../../src/model/checkpoint';
import type { FinishedEvent, SampleEvent, TrainingEvent, TrainRequest } from '../../src/protocol/training-events';
import { openRun, Run } from '../../src/training/run';
import { type TrainDependencies, train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from './project';

interface Told {
  finished: FinishedEvent;
  events: TrainingEvent[];
}

/** Trains to the end, or until `stopAt` finds the event to stop at. */
async function trained(
  request: TrainRequest,
  stopAt: (event: TrainingEvent) => boolean = () => false,
  surroundings?: Partial<TrainDependencies>,
): Promise<Told> {
  const events: TrainingEvent[] = [];
  const stop = new AbortController();
  const emit = (event: TrainingEvent) => {
    // How far the reading is depends on the machine.
    if (event.kind !== 'reading') {
      events.push(event);
    }
    if (stopAt(event)) {
      stop.abort();
    }
  };
  return { finished: await train(request, emit, stop.signal, surroundings), events };
}

/** Surroundings in which every look at the clock takes 10 ms. */
function slowClock(): Pick<TrainDependencies, 'chooseEngine' | 'now'> {
  let now = 0;
  return { chooseEngine: () => ({ engine: createReferenceEngine(), notice: null }), now: () => (now += 0.01) };
}

function kinds(events: readonly TrainingEvent[], kind: TrainingEvent['kind']): TrainingEvent[] {
  return events.filter((event) => event.kind === kind);
}

function epochsOf(events: readonly TrainingEvent[], kind: 'sample' | 'validation' | 'checkpoint'): number[] {
  const isCounted = (event: TrainingEvent) => event.kind !== 'sample' || event.prompt === SAMPLE_PROMPT;
  return events.flatMap((event) => (event.kind === kind && isCounted(event) ? [event.epoch] : []));
}

function newRun(t: TestContext): string {
  return join(temporaryFolder(t), 'run');
}

test('a training tells its history in order and keeps it in the run folder', async (t) => {
  const project = pythonProject(t);
  const path = newRun(t);
  const { finished, events } = await trained(smallRequest(project, path, { epochs: 2.5 }));
  assert.deepEqual([events[0]!.kind, events[1]!.kind, events.at(-1)], ['corpus', 'started', finished]);
  const started = events[1] as Extract<TrainingEvent, { kind: 'started' }>;
  const perEpoch = 1 / started.epochsPerStep;
  const ceil = (epoch: number) => Math.ceil(epoch * perEpoch) / perEpoch;
  const points = [0.03, 0.1, 0.4, 1, 2, 2.5].map(ceil);
  assert.deepEqual(epochsOf(events, 'sample'), points);
  assert.deepEqual(epochsOf(events, 'validation'), points);
  const kept = epochsOf(events, 'checkpoint');
  assert.deepEqual(kept, points);

  assert.deepEqual([finished.reason, finished.epoch], ['completed', points.at(-1)]);
  assert.equal(finished.characters, finished.epoch * perEpoch * 4 * 8);
  const last = kinds(events, 'validation').at(-1) as Extract<TrainingEvent, { kind: 'validation' }>;
  assert.deepEqual([finished.validationBpc, finished.validationAccuracy], [last.bpc, last.accuracy]);

  const run = openRun(path);
  assert.ok(run.isComplete);
  assert.equal(run.checkpoints().length, points.length);
  assert.ok(Math.abs(run.checkpoints()[0]!.epoch - points[0]!) < 1e-4);
  const history = run.events();
  assert.deepEqual(kinds(history, 'sample'), kinds(events, 'sample'));
  assert.deepEqual(kinds(history, 'validation'), kinds(events, 'validation'));
  assert.deepEqual([history[0], history.at(-1)], [events[0], finished]);
  assert.deepEqual((await readCheckpoint(run.newest() as string)).metadata.validationBpc, last.bpc);
});

test('training lowers the loss', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 12, units: 16, seqlen: 16 });
  const { finished } = await trained({ ...request, preset: 'talk' });
  assert.ok((finished.validationBpc as number) < 5, `${finished.validationBpc}`);
});

test('the last validation counts all held-out characters, those on the way are a part', async (t) => {
  const project = pythonProject(t, 30);
  const { events } = await trained(smallRequest(project, newRun(t)));
  const corpus = events[0] as Extract<TrainingEvent, { kind: 'corpus' }>;
  const last = kinds(events, 'validation').at(-1) as Extract<TrainingEvent, { kind: 'validation' }>;
  assert.equal(last.characters, corpus.validationCharacters + corpus.validationFiles);
});

test('without held-out files there is no validation', async (t) => {
  const { finished, events } = await trained(smallRequest(pythonProject(t), newRun(t), { holdout: 'none' }));
  assert.deepEqual(kinds(events, 'validation'), []);
  assert.equal(finished.validationBpc, null);
  assert.equal(epochsOf(events, 'sample').length, 4);
});

test('the same seed gives the same weights', async (t) => {
  const project = pythonProject(t);
  const [a, b, other] = [newRun(t), newRun(t), newRun(t)];
  await trained(smallRequest(project, a));
  await trained(smallRequest(project, b));
  await trained(smallRequest(project, other, { seed: 2 }));
  assert.deepEqual(await stateOf(a), await stateOf(b));
  assert.notDeepEqual((await stateOf(other)).parameters, (await stateOf(a)).parameters);
});

test('the fast preset’s model is the average of what steps came to, the talk’s what the last one did', async (t) => {
  const project = pythonProject(t);
  const [fast, talk] = [newRun(t), newRun(t)];
  const { events } = await trained(smallRequest(project, fast, { epochs: SIXTY_STEPS }));
  await trained(smallRequest(project, talk, { preset: 'talk', epochs: SIXTY_STEPS }));

  const state = await stateOf(fast);
  assert.ok(state.unaveraged);
  const distance = state.parameters.reduce((sum, p, i) => sum + (p - (state.unaveraged as Float32Array)[i]!) ** 2, 0);
  assert.ok(distance > 0 && distance < 1, `${distance}`);
  const kept = await readCheckpoint(openRun(fast).checkpoints().at(-1)?.path as string);
  assert.deepEqual(kept.parameters, state.parameters, 'what is kept for good is the model');
  // What validation says is of the model as well.
  const last = kinds(events, 'validation').at(-1) as Extract<TrainingEvent, { kind: 'validation' }>;
  const { validation } = await loadCorpus([project], { holdout: 'every-10th', excludes: [] });
  const predictor = await createReferenceEngine().createPredictor(kept.metadata.model, state.parameters);
  assert.equal(last.bpc, (await evaluate(predictor, joinFiles(validation))).bpc);

  assert.equal((await stateOf(talk)).unaveraged, null);
});

async function stateOf(path: string) {
  const { parameters, full, metadata } = await readCheckpoint(openRun(path).latestPath);
  const { unaveraged, firstMoment, secondMoment, hidden } = full ?? assert.fail('no full state');
  return { parameters, unaveraged, firstMoment, secondMoment, hidden, step: metadata.step };
}

/** 60 steps on `pythonProject`. The learning rate follows the progress, so that a resume that lost its place shows. */
const SIXTY_STEPS = 0.55;

for (const engine of ['reference', 'native'] as const) {
  test(`stopped and resumed, a training ends with the weights it would have had (${engine})`, async (t) => {
    if (!canRun(engine)) {
      t.skip('the native engine is not built: npm run build:native');
      return;
    }
    const project = pythonProject(t);
    const [whole, parts] = [newRun(t), newRun(t)];
    const { events } = await trained(smallRequest(project, whole, { epochs: SIXTY_STEPS, engine }));
    const request = smallRequest(project, parts, { epochs: SIXTY_STEPS, engine });
    // Late enough for the model to be an average by then.
    const first = await trained(request, (event) => event.kind === 'sample' && event.epoch >= 0.4);
    assert.equal(first.finished.reason, 'stopped');
    assert.ok(!openRun(parts).isComplete);
    const second = await trained({ ...request, epochs: null, resume: true });
    assert.equal(second.finished.reason, 'completed');
    assert.equal(startOf(second).fromEpoch, first.finished.epoch);

    assert.equal((await stateOf(whole)).step, 60);
    assert.deepEqual(await stateOf(parts), await stateOf(whole));
    assert.deepEqual(kinds(openRun(parts).events(), 'sample'), kinds(events, 'sample'));
  });
}

function canRun(engine: 'reference' | 'native'): boolean {
  try {
    chooseEngine(engine, 1);
    return true;
  } catch {
    return false;
  }
}

function startOf({ events }: Told): Extract<TrainingEvent, { kind: 'started' }> {
  const started = events.find((event) => event.kind === 'started');
  return started ?? assert.fail('never started');
}

function progressIn({ events }: Told): Extract<TrainingEvent, { kind: 'progress' }>[] {
  return events.filter((event) => event.kind === 'progress');
}

test('a resumed training’s clock and schedule go on where they stopped', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 1000, seconds: 40 });
  const first = await trained(request, (event) => event.kind === 'progress' && event.done > 0.6, slowClock());
  const second = await trained({ ...request, resume: true }, () => false, slowClock());
  const before = progressIn(first).at(-1) ?? assert.fail();
  const after = progressIn(second)[0]!;
  for (const key of ['seconds', 'done', 'learningRate', 'epoch'] as const) {
    assert.ok(Math.abs(after[key] - before[key]) <= 0.05 * before[key], `${key}: ${before[key]} then ${after[key]}`);
  }
  assert.ok(after.step > before.step && after.seconds > before.seconds);
  assert.equal(second.finished.seconds, progressIn(second).at(-1)?.seconds, 'measuring at the end is no training');
});

/** A slow clock that jumps ahead by an hour when it is told to: the process was stopped, or the lid closed. */
function jumpingClock() {
  const { now, ...others } = slowClock();
  let ahead = 0;
  return { surroundings: { ...others, now: () => now() + ahead }, jump: () => (ahead += 3600) };
}

for (const kind of ['started', 'progress', 'sample', 'validation', 'checkpoint'] as const) {
  test(`an hour in which the process stood still is no training, wherever it falls (after ${kind})`, async (t) => {
    const request = smallRequest(pythonProject(t), newRun(t), { epochs: 1000, seconds: 40 });
    const { surroundings, jump } = jumpingClock();
    let jumps = 0;
    const { finished, events } = await trained(
      request,
      (event) => {
        if (event.kind === kind && jumps < 2) {
          jumps += Math.sign(jump());
        }
        return false;
      },
      surroundings,
    );
    assert.equal(jumps, kind === 'started' ? 1 : 2);
    assert.equal(finished.reason, 'completed');
    // A tenth of the time is for trying suggestions out.
    assert.ok(finished.seconds >= 36 && finished.seconds < 42, `${finished.seconds} s`);
    // Each jump adds some five seconds; the rest is trained. Before the first step more may pass.
    const steps = progressIn({ finished, events }).at(-1)?.step ?? 0;
    assert.ok(kind === 'started' || steps > 250, `${steps} steps`);
  });
}

test('progress is told about four times a second, and foretells the end', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 1000, seconds: 40 });
  const reported = progressIn(await trained(request, () => false, slowClock()));
  assert.ok(reported.length > 36 && reported.length <= 144, `${reported.length}`);
  for (const { seconds, secondsLeft, done } of reported) {
    // Four of the forty are for trying suggestions out.
    assert.ok(Math.abs((secondsLeft ?? 0) - (36 - seconds)) < 1e-9 || seconds > 36);
    assert.ok(Math.abs(done - Math.min(1, seconds / 36)) < 0.01);
  }
  const kept = kinds(openRun(request.run).events(), 'progress');
  assert.ok(kept.length > 20 && kept.length <= 40, `${kept.length} kept`);
});

test('a resume drops what the run’s files say beyond the checkpoint, and torn lines', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  const first = await trained(request, (event) => event.kind === 'sample' && event.epoch > 0.1);
  const metrics = join(request.run, 'metrics.jsonl');
  const beyond = { ...kinds(first.events, 'validation')[0], epoch: first.finished.epoch + 0.01 };
  writeFileSync(metrics, `${readFileSync(metrics, 'utf8')}${JSON.stringify(beyond)}\n{"kind":"progr`);
  const context = { cell: 'gru' as const, layers: 1, units: 8, text: '', isHeldOut: true, characters: 0, read: 0 };
  for (const epoch of [0.1, beyond.epoch]) {
    new Run(request.run).keepContext({ epoch, ...context, reaches: [], closers: [] });
  }
  await trained({ ...request, resume: true });
  assert.deepEqual(
    [0.1, beyond.epoch].map((epoch) => new Run(request.run).context(epoch)?.epoch ?? null),
    [0.1, null],
    'what was measured of a network that is trained anew',
  );
  const lines = readFileSync(metrics, 'utf8').trimEnd().split('\n');
  assert.ok(lines.every((line) => JSON.parse(line).epoch !== beyond.epoch));
  assert.deepEqual(epochsOf(openRun(request.run).events(), 'validation').length, 4);
});

/** Surroundings in which every network tells how many characters of its sample it has read. */
function readingEngine(onRead: (reads: number) => void): Pick<TrainDependencies, 'chooseEngine'> {
  const engine = createReferenceEngine();
  const createPredictor: typeof engine.createPredictor = async (...model) => {
    const predictor = await engine.createPredictor(...model);
    let reads = 0;
    const read = predictor.read.bind(predictor);
    predictor.read = (...what) => {
      onRead(++reads);
      return read(...what);
    };
    return predictor;
  };
  return { chooseEngine: () => ({ engine: { ...engine, createPredictor }, notice: null }) };
}

test('a stop during a sample: the resumed training writes it, at its own epoch and once', async (t) => {
  const project = pythonProject(t);
  const [whole, parts] = [newRun(t), newRun(t)];
  const { events } = await trained(smallRequest(project, whole, { epochs: SIXTY_STEPS }));
  const request = smallRequest(project, parts, { epochs: SIXTY_STEPS });
  for (const resume of [false, true, true]) {
    const stop = new AbortController();
    const surroundings = readingEngine((reads) => reads === 50 && stop.abort());
    const { reason } = await train({ ...request, resume }, () => {}, stop.signal, surroundings);
    assert.equal(reason, 'stopped');
    assert.deepEqual(kinds(openRun(parts).events(), 'sample'), []);
  }
  const resumed = await trained({ ...request, resume: true });
  const [first] = epochsOf(events, 'sample');
  assert.equal(startOf(resumed).fromEpoch, first);
  for (const kind of ['sample', 'validation', 'checkpoint'] as const) {
    assert.deepEqual(epochsOf(openRun(parts).events(), kind), epochsOf(openRun(whole).events(), kind), kind);
  }
  assert.deepEqual(kinds(openRun(parts).events(), 'sample'), kinds(events, 'sample'));
  assert.deepEqual(await stateOf(parts), await stateOf(whole));
});

test('killed after it has told a sample and before its checkpoint, a training tells it once', async (t) => {
  const project = pythonProject(t);
  const [whole, parts] = [newRun(t), newRun(t)];
  const { events } = await trained(smallRequest(project, whole));
  const request = smallRequest(project, parts);
  const stop = new AbortController();
  await train(
    request,
    () => {},
    stop.signal,
    readingEngine((reads) => reads === 50 && stop.abort()),
  );
  // Killed in telling the sample that it begins with, when the validation before it was told.
  for (const kind of ['validation', 'sample'] as const) {
    const killed = trained({ ...request, resume: true }, (event) => {
      if (event.kind === kind) {
        throw new Error('killed');
      }
      return false;
    });
    await assert.rejects(killed, /killed/);
  }
  await trained({ ...request, resume: true });
  for (const kind of ['sample', 'validation'] as const) {
    assert.deepEqual(epochsOf(openRun(parts).events(), kind), epochsOf(events, kind), kind);
  }
});

test('a stop while a complete training is measured leaves its last sample all the same', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 0.2 });
  const { finished } = await trained(request, (event) => event.kind === 'progress' && event.done === 1);
  assert.equal(finished.reason, 'completed');
  const last = openRun(request.run)
    .events()
    .filter((event) => event.kind === 'sample')
    .at(-1);
  assert.equal(last?.epoch, finished.epoch);
  assert.equal(openRun(request.run).checkpoints().at(-1)?.epoch, Number(finished.epoch.toFixed(4)));
});

test('killed while it is measured at the end, a training is measured when it is resumed', async (t) => {
  const project = pythonProject(t);
  const [whole, parts] = [newRun(t), newRun(t)];
  const { finished, events } = await trained(smallRequest(project, whole, { epochs: 0.2 }));
  const request = smallRequest(project, parts, { epochs: 0.2 });
  for (const kind of ['validation', 'sample', 'checkpoint'] as const) {
    const killed = trained({ ...request, resume: kind !== 'validation' }, (event) => {
      if (event.kind === kind && event.epoch === finished.epoch) {
        throw new Error('killed');
      }
      return false;
    });
    await assert.rejects(killed, /killed/);
    assert.ok(!openRun(parts).isComplete);
  }
  const resumed = await trained({ ...request, resume: true });
  assert.equal(resumed.finished.reason, 'completed');
  assert.deepEqual(kinds(openRun(parts).events(), 'sample'), kinds(events, 'sample'));
  assert.deepEqual(epochsOf(openRun(parts).events(), 'validation'), epochsOf(events, 'validation'));
  assert.deepEqual(await stateOf(parts), await stateOf(whole));
  await assert.rejects(trained({ ...request, resume: true }), /is complete/);
});

test('a training killed before its first checkpoint starts over', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  await assert.rejects(
    trained(request, (event) => {
      if (event.kind === 'started') {
        throw new Error('killed');
      }
      return false;
    }),
    /killed/,
  );
  const { finished, events } = await trained({ ...request, resume: true });
  assert.equal(finished.reason, 'completed');
  assert.match(startOf({ finished, events }).notice ?? '', /no checkpoint yet/);
});

test('files that changed since do not keep a training from going on, and it says so', async (t) => {
  const project = pythonProject(t);
  const request = smallRequest(project, newRun(t));
  const first = await trained(request, (event) => event.kind === 'sample' && event.epoch > 0.1);
  const files = () => new Run(request.run).files()!.listed;
  assert.deepEqual(
    files().flatMap(({ name, isHeldOut }) => (isHeldOut ? [name] : [])),
    ['module_0.py', 'module_8.py'],
  );
  assert.deepEqual([files().length, files()[0]?.characters], [12, readFileSync(join(project, 'module_11.py')).length]);
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(project, `more_${i}.py`), `# more\n${'x = 1\n'.repeat(60)}y = ${i}\n`);
  }
  const second = await trained({ ...request, resume: true });
  assert.match(startOf(second).notice ?? '', /files have changed/);
  assert.equal(files().length, 24, 'the list is that of the files as they are now');
  assert.ok(Math.abs(startOf(second).fromEpoch - first.finished.epoch) < startOf(second).epochsPerStep);
  assert.equal(second.finished.reason, 'completed');
});

test('a resume with another network or minibatch is refused in a sentence', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  await trained(request, (event) => event.kind === 'sample');
  for (const [change, words] of [
    [{ cell: 'rnn' }, 'cell gru and cannot be resumed with cell rnn'],
    [{ layers: 2 }, 'layers 1 and cannot be resumed with layers 2'],
    [{ batch: 5 }, 'batch 4 and cannot be resumed with batch 5'],
  ] as const) {
    await assert.rejects(trained({ ...request, ...change, resume: true }), {
      name: 'UserError',
      message: new RegExp(words),
    });
  }
  const unchanged = { layers: null, units: null, batch: null, seqlen: null };
  assert.equal((await trained({ ...request, ...unchanged, resume: true })).finished.reason, 'completed');
});

test('an RNN is trained, kept and resumed as one', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { cell: 'rnn' });
  const first = await trained(request, (event) => event.kind === 'sample');
  assert.equal(startOf(first).cell, 'rnn');
  const { metadata } = await readCheckpoint(new Run(request.run).latestPath);
  assert.equal(metadata.model.cell, 'rnn');
  const second = await trained({ ...request, cell: null, resume: true });
  assert.deepEqual([startOf(second).cell, second.finished.reason], ['rnn', 'completed']);
});

test('a complete training is only resumed for more', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 0.2 });
  await trained(request);
  await assert.rejects(
    trained({ ...request, resume: true }),
    /^UserError: The training in .* is complete \(0\.2 epochs\)/,
  );
  const { finished } = await trained({ ...request, epochs: 0.5, resume: true });
  assert.ok(finished.epoch >= 0.5);
});

test('a resumed training keeps the limits that it is not asked for', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 0.3 });
  await trained(request, (event) => event.kind === 'sample');
  const other = { preset: 'talk', epochs: null, seconds: 60, resume: true } as const;
  const { finished } = await trained({ ...request, ...other }, () => false, slowClock());
  assert.equal(finished.reason, 'completed');
  assert.ok(finished.epoch >= 0.3 && finished.epoch < 0.4, `${finished.epoch}`);
  assert.deepEqual(openRun(request.run).info().limits, { epochs: 0.3, seconds: 60 });
});

test('a run is not overwritten', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 0.1 });
  await trained(request);
  await assert.rejects(trained(request), /^UserError: .* already holds a training/);
});

test('a resume where nothing was trained is refused in a sentence', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t), { resume: true });
  await assert.rejects(trained(request), /^UserError: .* holds no training/);
});

test('two trainings of one run: the second is told which process does it already', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  let second: Promise<unknown> | undefined;
  await trained(request, (event) => {
    if (event.kind === 'started') {
      second = assert.rejects(
        trained(request),
        new RegExp(`^UserError: .* already being trained by process ${process.pid};`),
      );
    }
    return event.kind === 'sample' && event.epoch > 0.1;
  });
  await second;
});

test('the lock of a process that is gone is taken over', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  await trained(request, (event) => event.kind === 'sample');
  const lock = { pid: process.pid, host: hostname(), started: 'by another process with this id', taken: Date.now() };
  writeFileSync(join(request.run, 'trainer.lock'), JSON.stringify({ ...lock, host: 'elsewhere' }));
  await assert.rejects(trained({ ...request, resume: true }), /by process \d+ on elsewhere; .* delete .*trainer\.lock/);
  writeFileSync(join(request.run, 'trainer.lock'), JSON.stringify(lock));
  assert.equal((await trained({ ...request, resume: true })).finished.reason, 'completed');
});

function withStep(trainer: Trainer, step: Trainer['step']): Trainer {
  return {
    step,
    state: () => trainer.state(),
    parameters: () => trainer.parameters(),
    average: (average, weight) => trainer.average(average, weight),
    dispose: () => trainer.dispose(),
  };
}

/** An engine whose loss is no number from step `step` on. */
function divergingAt(step: number): ReturnType<typeof slowClock> {
  const engine = createReferenceEngine();
  const createTrainer: typeof engine.createTrainer = async (setup) => {
    const trainer = await engine.createTrainer(setup);
    let steps = 0;
    const train: typeof trainer.step = async (...minibatch) => {
      const result = await trainer.step(...minibatch);
      return ++steps < step ? result : { ...result, loss: Number.NaN };
    };
    return withStep(trainer, train);
  };
  return { ...slowClock(), chooseEngine: () => ({ engine: { ...engine, createTrainer }, notice: null }) };
}

test('a training that diverges stops with a sentence and keeps the last good checkpoint', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  await assert.rejects(
    trained(request, () => false, divergingAt(30)),
    {
      name: 'UserError',
      message: /diverged in step 30 .*latest\.safetensors/,
    },
  );
  const { parameters, metadata } = await readCheckpoint(openRun(request.run).latestPath);
  assert.ok(metadata.step < 30);
  assert.ok(parameters.every(Number.isFinite));
});

/** A GPU that runs out of memory in its step `step`, and the reference engine to go on with. */
function gpuFailingAt(step: number): Partial<TrainDependencies> {
  const reference = createReferenceEngine();
  let steps = 0;
  const createTrainer: typeof reference.createTrainer = async (setup) => {
    const trainer = await reference.createTrainer(setup);
    const train: typeof trainer.step = async (...minibatch) => {
      if (++steps === step) {
        throw new Error('OOM when allocating tensor with shape[512,1024]\n\tat Adam');
      }
      return await trainer.step(...minibatch);
    };
    return withStep(trainer, train);
  };
  return {
    ...slowClock(),
    chooseEngine: () => ({
      engine: { ...reference, name: 'tfjs', createTrainer },
      notice: null,
      fallback: () => ({ engine: reference, notice: null }),
    }),
  };
}

test('a GPU that fails is replaced at the last checkpoint, which is told, and nothing learnt is lost', async (t) => {
  const project = pythonProject(t);
  const [whole, broken] = [newRun(t), newRun(t)];
  await trained(smallRequest(project, whole, { epochs: SIXTY_STEPS }));
  const request = smallRequest(project, broken, { epochs: SIXTY_STEPS });
  const { finished, events } = await trained(request, () => false, gpuFailingAt(50));
  assert.equal(finished.reason, 'completed');
  const starts = kinds(events, 'started') as Extract<TrainingEvent, { kind: 'started' }>[];
  assert.deepEqual(
    starts.map(({ engine }) => engine),
    ['tfjs', 'reference'],
  );
  assert.equal(
    starts[1]!.notice,
    'The tfjs engine failed (OOM when allocating tensor with shape[512,1024]); the reference engine goes on from the last checkpoint.',
  );
  assert.equal(
    starts[1]!.fromEpoch,
    epochsOf(events, 'checkpoint').findLast((epoch) => epoch / starts[0]!.epochsPerStep < 50),
  );
  assert.equal(kinds(events, 'corpus').length, 1);
  assert.equal(openRun(broken).info().started.engine, 'reference');
  assert.deepEqual(await stateOf(broken), await stateOf(whole));
  assert.deepEqual(kinds(openRun(broken).events(), 'sample'), kinds(openRun(whole).events(), 'sample'));
});

test('a GPU that fails before the first checkpoint: the training starts over, and says so', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  const { finished, events } = await trained(request, () => false, gpuFailingAt(1));
  assert.equal(finished.reason, 'completed');
  const started = events.findLast((event) => event.kind === 'started');
  assert.match(started?.notice ?? '', /; the reference engine goes on\. There was no checkpoint yet, so the/);
});

test('what is wrong with the training itself is not taken for a failing GPU', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  const diverging = divergingAt(30);
  const chooseEngine: TrainDependencies['chooseEngine'] = (...wanted) => ({
    ...diverging.chooseEngine(...wanted),
    fallback: () => assert.fail('goes on with another engine'),
  });
  await assert.rejects(
    trained(request, () => false, { ...diverging, chooseEngine }),
    { name: 'UserError', message: /diverged/ },
  );
});

test('stopped before its first step, a training leaves nothing', async (t) => {
  const request = smallRequest(pythonProject(t), newRun(t));
  const finished = await train(request, () => {}, AbortSignal.abort());
  assert.deepEqual([finished.reason, finished.characters], ['stopped', 0]);
  assert.ok(!existsSync(request.run));
});

test('what keeps a training from starting leaves no run behind', async (t) => {
  const folder = temporaryFolder(t);
  const request = smallRequest(join(folder, 'no files'), join(folder, 'runs', 'first', 'run'));
  await assert.rejects(trained(request), { name: 'UserError' });
  assert.deepEqual(readdirSync(folder), []);
});

test('a run folder that cannot be made is told in a sentence', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const request = smallRequest(pythonProject(t), join(file, 'run'));
  await assert.rejects(
    trained(request),
    /^UserError: The run folder .* cannot be written: a part of its path is a file/,
  );
});

test('a kill right after the first model was kept: the resumed training ends as one in one go', async (t) => {
  const project = pythonProject(t);
  const [whole, parts] = [newRun(t), newRun(t)];
  await trained(smallRequest(project, whole, { epochs: SIXTY_STEPS }));
  const request = smallRequest(project, parts, { epochs: SIXTY_STEPS });
  const { writeCheckpoint } = Run.prototype;
  const write = t.mock.method(Run.prototype, 'writeCheckpoint', async function (this: Run, ...what: WriteCheckpoint) {
    await writeCheckpoint.apply(this, what);
    if (what[0] !== this.latestPath) {
      throw new Error('killed');
    }
  });
  await assert.rejects(
    train(request, () => {}, new AbortController().signal),
    /killed/,
  );
  write.mock.restore();
  await trained({ ...request, resume: true });
  for (const kind of ['sample', 'validation', 'checkpoint'] as const) {
    assert.deepEqual(epochsOf(openRun(parts).events(), kind), epochsOf(openRun(whole).events(), kind), kind);
  }
  assert.deepEqual(await stateOf(parts), await stateOf(whole));
});

type WriteCheckpoint = Parameters<Run['writeCheckpoint']>;

/** Inspector of nothing: marks the first character, and measures how long samples and held-out text are. */
const INSPECT: TrainDependencies['inspect'] = async ({ validation }) => ({
  marks: () => [{ kind: 'keyword', start: 0, end: 1 }],
  structure: async ({ model }) => ({
    closers: [],
    names: { right: 0, total: model.units },
    indents: { right: 0, total: validation.length },
  }),
});

test('at every sample point there is a sample for each prompt, with its marks, and the structure learnt', async (t) => {
  const prompts = ['self.', 'def '];
  const request = smallRequest(pythonProject(t), newRun(t), { epochs: 0.5, prompts });
  const { events } = await trained(request, () => false, { inspect: INSPECT });
  const points = epochsOf(events, 'sample');
  const samples = kinds(events, 'sample') as SampleEvent[];
  assert.deepEqual(
    samples.map(({ epoch, prompt }) => [epoch, prompt]),
    points.flatMap((epoch) => ['\n', 'def ', 'class ', 'import ', 'self.'].map((prompt) => [epoch, prompt])),
  );
  assert.ok(samples.every(({ marks }) => marks?.length === 1));
  const measures = { closers: [], names: { right: 0, total: 8 }, indents: { right: 0, total: 2 } };
  assert.deepEqual(
    kinds(events, 'structure'),
    points.map((epoch) => ({ kind: 'structure', epoch, ...measures })),
  );
  const history = openRun(request.run).events();
  assert.deepEqual(kinds(history, 'sample'), samples);
  assert.deepEqual(kinds(history, 'structure'), kinds(events, 'structure'));
});

test('a training that was stopped and resumed has the same samples and structure as one in one go', async (t) => {
  const project = pythonProject(t);
  const [whole, parts] = [newRun(t), newRun(t)];
  const request = { epochs: 0.5, prompts: ['x = '] };
  const { events } = await trained(smallRequest(project, whole, request), () => false, { inspect: INSPECT });
  const resumed = smallRequest(project, parts, request);
  await trained(resumed, (event) => event.kind === 'structure', { inspect: INSPECT });
  assert.equal(kinds(openRun(parts).events(), 'structure').length, 1);
  await trained({ ...resumed, resume: true }, () => false, { inspect: INSPECT });
  for (const kind of ['sample', 'structure'] as const) {
    assert.deepEqual(kinds(openRun(parts).events(), kind), kinds(events, kind));
  }
});

test('a training whose inspector fails goes on without marks', async (t) => {
  t.mock.method(console, 'error', () => {});
  const inspect = () => Promise.reject(new Error('broken'));
  const { finished, events } = await trained(smallRequest(pythonProject(t), newRun(t), { epochs: 0.1 }), () => false, {
    inspect,
  });
  assert.equal(finished.reason, 'completed');
  assert.deepEqual(kinds(events, 'structure'), []);
  assert.ok((kinds(events, 'sample') as SampleEvent[]).every(({ marks }) => marks === undefined));
});

test('validations before the first sample do not wait for an inspector that takes long', async (t) => {
  let found = () => {};
  const inspector = new Promise<never>((_, reject) => {
    found = () => reject(new Error('broken'));
  });
  t.mock.method(console, 'error', () => {});
  let seconds = 0;
  const { finished } = await trained(
    smallRequest(pythonProject(t), newRun(t), { epochs: 0.1 }),
    (event) => {
      if (event.kind === 'validation') {
        found();
      }
      return false;
    },
    { inspect: () => inspector, now: () => (seconds += 20) },
  );
  assert.equal(finished.reason, 'completed');
});
