/**
 * Runs work of the addon with a byte on shared memory that becomes 1 when `signal` is aborted: its threads poll it.
 * Rejects with the signal's reason.
 */
export async function withCancelFlag<T>(
  signal: AbortSignal | undefined,
  work: (cancelled: Uint8Array) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const cancelled = new Uint8Array(new SharedArrayBuffer(1));
  const cancel = () => {
    cancelled[0] = 1;
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const result = await work(cancelled);
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
