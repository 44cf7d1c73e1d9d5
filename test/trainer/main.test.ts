import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { readCheckpoint } from '../../src/model/checkpoint';
import { type TrainerCommand, TrainingEvent, type TrainRequest } from '../../src/protocol/training-events';
import { openRun } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../training/project';

const ENTRY = join(__dirname, '../../src/trainer/main.ts');

function forkTrainer(t: TestContext, request: TrainRequest): ChildProcess {
  const child = fork(ENTRY, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const command: TrainerCommand = { kind: 'start', request };
  child.send(command);
  return child;
}

/** Waits for the process's end; gives what it told, and tells `watch` at once. */
async function endOf(child: ChildProcess, watch: (event: TrainingEvent) => void = () => {}): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  child.on('message', (message) => {
    const event = v.parse(TrainingEvent, message);
    // How far reading has come is told by time.
    if (event.kind !== 'reading') {
      events.push(event);
    }
    watch(event);
  });
  // 'close' does not come after a disconnect; the last message comes before it.
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  return events;
}

async function stateOf(path: string) {
  const { parameters, full } = await readCheckpoint(openRun(path).latestPath);
  const { unaveraged, firstMoment, secondMoment, hidden } = full ?? assert.fail('no full state');
  return { parameters, unaveraged, firstMoment, secondMoment, hidden };
}

/** 60 steps on `pythonProject`. */
const SIXTY_STEPS = 0.55;

const NEVER = new AbortController().signal;

/** A training that is to be interrupted, and what its run should come to: that of one in one go. */
async function comparison(t: TestContext) {
  const project = pythonProject(t);
  const folder = temporaryFolder(t);
  const whole = smallRequest(project, join(folder, 'whole'), { epochs: SIXTY_STEPS });
  await train(whole, () => {}, NEVER);
  return { whole, parts: { ...whole, run: join(folder, 'parts') } };
}

test('it trains at low priority and ends by itself', async (t) => {
  const request = smallRequest(pythonProject(t), join(temporaryFolder(t), 'run'), { epochs: 0.1, memory: true });
  const child = forkTrainer(t, request);
  let priority = 0;
  const events = await endOf(child, (event) => {
    if (event.kind === 'started') {
      priority = getPriority(child.pid);
    }
  });
  assert.deepEqual([events[0]!.kind, events.at(-1)?.kind, child.exitCode], ['corpus', 'finished', 0]);
  assert.ok(priority > getPriority(), `priority ${priority}`);
  const calibration = events.find((event) => event.kind === 'calibration');
  assert.equal(calibration?.operatingPoints.memory, true, 'suggestions were tried out with a memory');
});

test('killed without warning and resumed, a training ends with the weights it would have had', async (t) => {
  const { whole, parts } = await comparison(t);
  const child = forkTrainer(t, parts);
  await endOf(child, (event) => {
    if (event.kind === 'checkpoint' && event.epoch > 0.1) {
      child.kill('SIGKILL');
    }
  });
  assert.equal(child.signalCode, 'SIGKILL');
  const killedAt = (await readCheckpoint(openRun(parts.run).latestPath)).metadata.step;
  assert.ok(killedAt > 0 && killedAt < 60, `killed after ${killedAt} steps`);

  await train({ ...parts, resume: true }, () => {}, NEVER);
  assert.deepEqual(await stateOf(parts.run), await stateOf(whole.run));
  // The trainer's process marks them.
  const samples = (path: string) =>
    openRun(path)
      .events()
      .flatMap((event) => (event.kind === 'sample' ? [{ ...event, marks: [] }] : []));
  assert.deepEqual(samples(parts.run), samples(whole.run));
});

for (const [how, end] of [
  ['the stop command', (child: ChildProcess) => child.send({ kind: 'stop' } satisfies TrainerCommand)],
  ['the closed channel of a parent that is gone', (child: ChildProcess) => child.disconnect()],
  ['a polite signal', (child: ChildProcess) => child.kill('SIGTERM')],
] as const) {
  test(`${how} makes it write its full state and end`, async (t) => {
    const { whole, parts } = await comparison(t);
    const child = forkTrainer(t, parts);
    let asked = false;
    await endOf(child, (event) => {
      if (asked || event.kind !== 'sample') {
        return;
      }
      asked = true;
      end(child);
    });
    assert.equal(child.exitCode, 0);
    const { finished } = openRun(parts.run).info();
    assert.equal(finished?.reason, 'stopped');

    await train({ ...parts, resume: true }, () => {}, NEVER);
    assert.deepEqual(await stateOf(parts.run), await stateOf(whole.run));
  });
}

test('what a user can mend is told as one sentence', async (t) => {
  const empty = temporaryFolder(t);
  const child = forkTrainer(t, smallRequest(empty, join(empty, 'run')));
  const [event, ...others] = await endOf(child);
  assert.equal(event!.kind, 'failed');
  assert.match(
    (event as Extract<TrainingEvent, { kind: 'failed' }>).message,
    /^There are no Python files \(\.py\) in [^\n]+\.$/,
  );
  assert.deepEqual(others, []);
  assert.equal(child.exitCode, 1);
});

test('an error that nobody expected ends it with one sentence', async (t) => {
  const child = fork(ENTRY, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  child.send({ kind: 'nonsense' });
  const events = await endOf(child);
  assert.equal(events.length, 1);
  assert.match(
    JSON.stringify(events[0]),
    /^\{"kind":"failed","message":"The training failed unexpectedly \([^\n]*the log tells more\."\}$/,
  );
  assert.equal(child.exitCode, 1);
});
