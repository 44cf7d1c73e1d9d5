/** Style sheets that esbuild bundles into dist/panel.css. */
declare module '*.css';
