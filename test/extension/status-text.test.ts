import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StatusTextInputs, statusItemText, TOOLTIP_COMMANDS } from '../../src/extension/status-text';

const MODEL = { epoch: 5.2, bpc: 1.306, memory: false };
const READY: StatusTextInputs = {
  status: { kind: 'ready', model: MODEL },
  notice: null,
  isStarting: false,
  trusted: true,
  enabledHere: true,
};

function text(change: Partial<StatusTextInputs>): string {
  return statusItemText({ ...READY, ...change }).text;
}

test('every state has its words', () => {
  assert.equal(text({}), '$(mortar-board) Understudy: ready (epoch 5.2, 1.31 bpc)');
  assert.equal(text({ status: { kind: 'no-model' } }), '$(mortar-board) Understudy: no model');
  assert.equal(
    text({ status: { kind: 'training', done: 0.345, secondsLeft: 118, model: MODEL } }),
    '$(pulse) Understudy: training 34 %, 2 min left',
  );
  assert.equal(
    text({ status: { kind: 'paused', done: 0.5, model: null } }),
    '$(debug-pause) Understudy: paused at 50 %',
  );
  assert.equal(text({ status: { kind: 'elsewhere', model: null } }), '$(pulse) Understudy: training in another window');
  assert.equal(
    text({ status: { kind: 'error', message: 'The disk is full.', model: null } }),
    '$(error) Understudy: error',
  );
});

test('an epoch that was chosen to suggest from is said, with the way back', () => {
  const model = { epoch: 0.4, bpc: 2.1, memory: false, isChosen: true };
  const ready = statusItemText({ ...READY, status: { kind: 'ready', model } });
  assert.equal(ready.text, '$(mortar-board) Understudy: suggesting from epoch 0.4');
  assert.match(ready.tooltip, /epoch 0\.4, as you chose, .* \[Suggest from the newest\]\(command:understudy\.suggest/);
  assert.equal(
    text({ status: { kind: 'training', done: 0.345, secondsLeft: 118, model } }),
    '$(pulse) Understudy: training 34 %, suggesting from epoch 0.4',
  );
  assert.doesNotMatch(statusItemText(READY).tooltip, /newest/);
});

test('what keeps suggestions away is said before anything else', () => {
  assert.equal(text({ isStarting: true }), '$(loading~spin) Understudy: starting');
  assert.equal(text({ enabledHere: false }), '$(circle-slash) Understudy: off here');
  assert.equal(text({ trusted: false, isStarting: true }), '$(workspace-untrusted) Understudy: off in Restricted Mode');
});

test('a training and an error are shown even where suggestions are off', () => {
  const off = { enabledHere: false };
  assert.match(text({ ...off, status: { kind: 'training', done: 0, secondsLeft: null, model: null } }), /training 0 %/);
  assert.match(text({ ...off, status: { kind: 'error', message: 'No.', model: null } }), /error/);
});

test('a click leads where something can be done', () => {
  const command = (change: Partial<StatusTextInputs>) => statusItemText({ ...READY, ...change }).command;
  assert.equal(command({}), 'understudy.openPanel');
  assert.equal(command({ enabledHere: false }), 'understudy.openSettings');
  assert.equal(command({ trusted: false }), 'workbench.trust.manage');
  assert.equal(command({ isStarting: true }), 'understudy.showLog');
});

test('only an error stands out, and its tooltip tells it whole', () => {
  const error = statusItemText({ ...READY, status: { kind: 'error', message: 'The disk is full.', model: MODEL } });
  assert.equal(error.isError, true);
  assert.match(error.tooltip, /^The disk is full\\\. Suggestions come from epoch 5\.2/);
  assert.equal(statusItemText(READY).isError, false);
});

test('what a training has to say of itself is in its tooltip', () => {
  const status = { kind: 'training', done: 0.5, secondsLeft: null, model: null } as const;
  const { tooltip } = statusItemText({ ...READY, status, notice: 'The GPU is not used.' });
  assert.match(tooltip, /^Training: 50 % done\. The GPU is not used\\\. No suggestions yet\. /);
});

test('what a sentence quotes is no link in a tooltip, and the links that are there are our own', () => {
  const hostile = 'a\u001b[2J[x](command:workbench.action.quit)<b>`.py';
  const tooltips = [
    statusItemText({ ...READY, status: { kind: 'error', message: hostile, model: null } }),
    statusItemText({
      ...READY,
      status: { kind: 'training', done: 0, secondsLeft: null, model: null },
      notice: hostile,
    }),
    statusItemText({ ...READY, status: { kind: 'no-model' } }),
    statusItemText({ ...READY, status: { kind: 'paused', done: 0.5, model: null } }),
  ].map(({ tooltip }) => tooltip);
  for (const tooltip of tooltips) {
    const links = [...tooltip.matchAll(/(?<!\\)\[[^\]]*\]\(command:([^)]*)\)/g)].map(([, command = '']) => command);
    assert.ok(links.length > 0 && links.every((command) => TOOLTIP_COMMANDS.includes(command)), tooltip);
    assert.doesNotMatch(tooltip, /(?<!\\)[<`]|\p{Cc}/u);
  }
  assert.ok(
    tooltips[0]!.startsWith('a\\\\x1b\\[2J\\[x\\]\\(command\\:workbench\\.action\\.quit\\)\\<b\\>\\`\\.py '),
    tooltips[0],
  );
});
