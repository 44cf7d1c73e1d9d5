import { type ConfigurationScope, workspace } from 'vscode';
import type { WorkspaceMiddleware } from 'vscode-languageclient/node';
import { type ExcludeSetting, mergedExcludes } from './excludes';

export const SECTION = 'understudy';

/** Whether suggestions are switched on for a document or folder; VS Code knows the default from package.json. */
export function isEnabled(scope: ConfigurationScope | undefined): boolean {
  return workspace.getConfiguration(SECTION, scope).get<boolean>('enable') === true;
}

/** Answers the server's `workspace/configuration`: our own section, with VS Code's own excludes added to ours. */
export const configurationMiddleware: WorkspaceMiddleware = {
  configuration: async (params, token, next) => {
    const answers = await next(params, token);
    if (!Array.isArray(answers)) {
      return answers;
    }
    return answers.map((settings, i) => {
      const item = params.items[i];
      return item?.section === SECTION ? withEditorExcludes(settings, item.scopeUri) : settings;
    });
  },
};

function withEditorExcludes(settings: { exclude?: string[] }, scopeUri: string | undefined): object {
  const scope = workspace.workspaceFolders?.find(({ uri }) => uri.toString() === scopeUri);
  const editor = workspace.getConfiguration(undefined, scope);
  const exclude = mergedExcludes(
    settings.exclude ?? [],
    editor.get<ExcludeSetting>('files.exclude', {}),
    editor.get<ExcludeSetting>('search.exclude', {}),
  );
  return { ...settings, exclude };
}
