import { Command } from 'commander';

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the language server, for any editor that speaks LSP 3.18 inline completion')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(async () => {
      // Only now: the other commands need not wait for it to load.
      const { serve } = await import('../server/transport/serve.js');
      serve();
    });
}
