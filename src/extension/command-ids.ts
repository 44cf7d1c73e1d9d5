/** Ids of commands: Understudy's own, and one of VS Code's that a click may lead to (`manageTrust`). */
export const Command = {
  train: 'understudy.train',
  stop: 'understudy.stop',
  resume: 'understudy.resume',
  openPanel: 'understudy.openPanel',
  suggestFromNewest: 'understudy.suggestFromNewest',
  generateSample: 'understudy.generateSample',
  explain: 'understudy.explain',
  inspectSelection: 'understudy.inspectSelection',
  setUpGpu: 'understudy.setUpGpu',
  resetStatistics: 'understudy.resetStatistics',
  deleteModels: 'understudy.deleteModels',
  showLog: 'understudy.showLog',
  /** Opens the settings at `understudy.enable`; not in the palette. */
  settings: 'understudy.openSettings',
  manageTrust: 'workbench.trust.manage',
} as const;
