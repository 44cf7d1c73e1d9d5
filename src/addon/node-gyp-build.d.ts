declare module 'node-gyp-build' {
  /** Loads build/Release/*.node or prebuilds/<platform>-<arch>/*.node of `folder`; throws where there is neither. */
  function load(folder: string): unknown;
  export = load;
}
