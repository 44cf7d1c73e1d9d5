import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { UserError } from '../../protocol/user-error';
import type { Libraries } from './binding';

const run = promisify(execFile);

/** A TensorFlow installed for Python. */
export const PythonTensorFlow = v.object({
  /** The Python it was found with. */
  python: v.string(),
  /** Folder with its libraries and headers. */
  folder: v.string(),
  /** Whether it was built for CUDA. */
  cuda: v.boolean(),
});
export type PythonTensorFlow = v.InferOutput<typeof PythonTensorFlow>;

/** TensorFlow's two libraries in a wheel; together they are what elsewhere is called libtensorflow. */
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** Finds TensorFlow without importing it, which would take seconds. */
const PROBE = `
import importlib.util, json, os
spec = importlib.util.find_spec('tensorflow')
if spec is None or not spec.submodule_search_locations:
    print('null')
else:
    folder = spec.submodule_search_locations[0]
    try:
        build = open(os.path.join(folder, 'python', 'platform', 'build_info.py')).read()
    except OSError:
        build = ''
    print(json.dumps({'folder': folder, 'cuda': "('is_cuda_build', True)" in build}))
`;

/** Advice where no TensorFlow was found, for the end of a sentence. */
export const whereToGetOne =
  'install it with pip install "tensorflow[and-cuda]", or choose the Python that has it (--python)';

/**
 * The TensorFlow to bind to: of the given Python, else of the active virtual environment, one in the project's folders,
 * or of the PATH's Python, whichever has one first; null where none of them (`searched`) has one. UserError where it is
 * not whole.
 */
export async function findTensorFlow(
  python: string | null,
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ found: PythonTensorFlow | null; searched: readonly string[] }> {
  const searched = python === null ? usualPythons(folders, env) : [python];
  for (const candidate of searched) {
    const found = await probe(candidate, env);
    if (found === null) {
      continue;
    }
    const missing = [...LIBRARIES, 'include'].find((name) => !existsSync(path.join(found.folder, name)));
    if (missing === undefined) {
      return { found, searched };
    }
    throw new UserError(
      `The TensorFlow in ${found.folder} has no ${missing}: install it again (pip install --force-reinstall), ` +
        'or choose another Python (--python).',
    );
  }
  return { found: null, searched };
}

/**
 * Libraries of a TensorFlow that was found, loaded at run time from where they are now, so that they find the CUDA
 * libraries beside them as for Python.
 */
export function librariesOf({ folder }: PythonTensorFlow): Libraries {
  return { include: path.join(folder, 'include'), folder, names: LIBRARIES, atRunTime: folder };
}

function usualPythons(folders: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const inFolders = folders.flatMap((folder) => [path.join(folder, '.venv'), path.join(folder, 'venv')]);
  const environments = [env.VIRTUAL_ENV, env.CONDA_PREFIX, ...inFolders];
  const pythons = environments.flatMap((folder) => (folder === undefined ? [] : [path.join(folder, 'bin', 'python')]));
  return [...pythons.filter((file) => existsSync(file)), 'python3', 'python'];
}

/** Null where the Python cannot be run or has no TensorFlow. */
async function probe(python: string, env: NodeJS.ProcessEnv): Promise<PythonTensorFlow | null> {
  try {
    const { stdout } = await run(python, ['-c', PROBE], { env });
    const found: unknown = JSON.parse(stdout);
    return found === null ? null : v.parse(PythonTensorFlow, { python, ...(found as object) });
  } catch {
    return null;
  }
}
