// What this project calls of Temml 0.13.5; the whole is in dist/temml.d.ts of its npm package.

export interface TemmlOptions {
  displayMode?: boolean;
  throwOnError?: boolean;
  trust?: boolean;
  maxExpand?: number;
  xml?: boolean;
}

declare const temml: {
  version: string;
  /** Throws a ParseError for what is no LaTeX that it knows, where `throwOnError` says so. */
  renderToString(expression: string, options?: TemmlOptions): string;
};

export default temml;
