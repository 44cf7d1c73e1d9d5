const { commands } = require('vscode');

const STARTED = 'started';

/** Trains once: a reload of the window, or a later `npm start` on the same folder, keeps the model that is there. */
exports.activate = async ({ workspaceState }) => {
  if (workspaceState.get(STARTED)) {
    return;
  }
  await workspaceState.update(STARTED, true);
  await commands.executeCommand('understudy.train');
};
