import { access } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFile } from '../storage/regular-file';

/** Folders whose names say what they are; none of them can be the name of a package of the project's own. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^\./, 'a hidden folder'],
  [/^__pycache__$/, 'compiled Python (__pycache__)'],
  [/^node_modules$/, 'packages of npm (node_modules)'],
  [/^(site-packages|__pypackages__)$/, 'installed packages (site-packages, __pypackages__)'],
  [/\.(dist-info|egg-info|egg)$/, 'an installed package (.dist-info, .egg-info, .egg)'],
];

/** Files at the root of a project that is built into a `build` folder beside them. */
const PROJECT_FILES = ['setup.py', 'setup.cfg', 'pyproject.toml'];

/** What setuptools puts into it. */
const BUILD_RESULT = /^(lib|lib\..+|bdist\..+|temp\..+|scripts-.+)$/;

/** How a CACHEDIR.TAG begins (https://bford.info/cachedir/). */
const CACHE_SIGNATURE = 'Signature: 8a477f597d28d172789f06886806bc55';
const LARGEST_CACHE_TAG = 100_000;

/**
 * Reason, a phrase for people, to take a folder of this name for other people's or generated code; null where the name
 * gives none.
 */
export function foreignByName(name: string): string | null {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/**
 * Reason, a phrase for people, to take a folder in another one for other people's or generated code; null where nothing
 * in it gives one. `isInProject`: whether the folder around it `isProject`.
 */
export async function foreignByContent(
  folder: string,
  names: ReadonlySet<string>,
  isInProject: boolean,
): Promise<string | null> {
  if (names.has('pyvenv.cfg') || (await isOldVirtualenv(folder, names))) {
    return 'a virtual environment';
  }
  if (names.has('conda-meta')) {
    return 'a conda environment';
  }
  if (names.has('CACHEDIR.TAG') && (await isCacheTag(path.join(folder, 'CACHEDIR.TAG')))) {
    return 'a cache (CACHEDIR.TAG)';
  }
  return isInProject && isBuildResult(path.basename(folder), names) ? 'built by setuptools' : null;
}

/** Whether these are the entries of the folder that a Python project is built in. */
export function isProject(names: ReadonlySet<string>): boolean {
  return PROJECT_FILES.some((file) => names.has(file));
}

/** Whether it is an environment of virtualenv before 20, which wrote no pyvenv.cfg. */
async function isOldVirtualenv(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (names.has('bin')) {
    return (await exists(folder, 'bin', 'activate')) && exists(folder, 'bin', 'python');
  }
  if (!names.has('Scripts')) {
    return false;
  }
  return (await exists(folder, 'Scripts', 'activate.bat')) && exists(folder, 'Scripts', 'python.exe');
}

async function isCacheTag(file: string): Promise<boolean> {
  const tag = await readRegularFile(file, LARGEST_CACHE_TAG).catch(() => '');
  return tag.toString('latin1').startsWith(CACHE_SIGNATURE);
}

/** Whether it is a `build` folder of setuptools, rather than a package of this name. */
function isBuildResult(name: string, names: ReadonlySet<string>): boolean {
  return name === 'build' && names.size > 0 && [...names].every((entry) => BUILD_RESULT.test(entry));
}

function exists(...parts: string[]): Promise<boolean> {
  return access(path.join(...parts)).then(
    () => true,
    () => false,
  );
}
