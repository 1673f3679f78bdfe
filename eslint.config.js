// The rules of the page's JavaScript: what each room may import and name, and how its code looks.

import js from "@eslint/js";
import globals from "globals";

const ROOMS = ["core", "dom", "element", "line", "math", "handwriting", "js", "page"];

// What a room may import besides itself; tests/js/imports.test.js holds types to the same.
const IMPORTS = {
  core: ["vendor"],
  dom: ["core"],
  element: ["core", "dom", "vendor"],
  line: ["core", "dom", "element"],
  math: ["core", "dom", "element", "line", "vendor"],
  handwriting: ["core", "element"],
  js: ["core", "dom", "element", "line", "math", "handwriting"],
  page: ["core", "dom", "js"],
};

// core/ runs in Node.js too: of all that browsers have it may use only what Node.js has as well.
const EVERYWHERE = { Blob: "readonly", performance: "readonly", structuredClone: "readonly" };

/** The configuration of one room of web/. */
function room(name) {
  const forbidden = ROOMS.filter((other) => other !== name && !IMPORTS[name].includes(other));
  const patterns = forbidden.map((other) => ({
    group: [`**/${other}/*`],
    message: `${name}/ may import: ${IMPORTS[name].join(", ")}.`,
  }));
  return {
    files: [`web/${name}/**/*.js`],
    languageOptions: { globals: name === "core" ? EVERYWHERE : globals.browser },
    rules: { "no-restricted-imports": ["error", { patterns }] },
  };
}

export default [
  { ignores: ["web/vendor/", "web/page/sign-forms.js", "**/.*/", "**/dist/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "eqeqeq": ["error", "always", { null: "ignore" }],
      "max-len": ["error", { code: 100, tabWidth: 2 }],
      "max-lines": ["error", 250],
      "max-params": ["error", 4],
      "no-constructor-return": "error",
      "no-duplicate-imports": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-coercion": "error",
      "no-new-wrappers": "error",
      "no-self-compare": "error",
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-useless-rename": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-object-has-own": "error",
      "prefer-template": "error",
      "quotes": ["error", "double", { avoidEscape: true, allowTemplateLiterals: true }],
      "semi": "error",
    },
  },
  ...ROOMS.map(room),
  { files: ["web/embed.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["web/sw.js"],
    languageOptions: { sourceType: "script", globals: globals.serviceworker },
  },
  { files: ["tests/js/**/*.js", "tools/**/*.js"], languageOptions: { globals: globals.node } },
  { files: ["examples/**/*.js"], languageOptions: { globals: globals.browser } },
];
