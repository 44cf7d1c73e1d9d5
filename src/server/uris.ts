import { fileURLToPath } from 'node:url';

/**
 * The absolute path of the file or folder that a URI names; null where it names none on this machine: another scheme,
 * another host, an encoding of "/" or of bytes that are no UTF-8, a Windows path without a drive. Clients send whatever
 * they like.
 */
export function pathOf(uri: string): string | null {
  if (!/^file:/i.test(uri)) {
    return null;
  }
  try {
    const path = fileURLToPath(uri);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}
