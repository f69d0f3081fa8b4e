// Compiles each CommonJS file once in a worker: those of Jest itself, which each test file loads, and those of packages.
// Jest 30.5.2 compiles them again for each of 300 test files. A script of Node runs in any number of contexts instead, and
// keeps what V8 has compiled of its functions so far.

import vm from 'node:vm';

const { compileFunction, Script } = vm;

/** Of each file: its source, and the script that makes its function, if it can be shared. */
const known = new Map();

/** Such a file gets what it imports from its own Jest, and a script has one for all. */
const IMPORTS = /\bimport\s*\(/;

// Jest has no option for it.
vm.compileFunction = (source, parameters, options) => {
  if (!options?.parsingContext) return compileFunction(source, parameters, options);
  const script = scriptOf(options.filename, source, parameters);
  if (!script) return compileFunction(source, parameters, options);
  return script.runInContext(options.parsingContext);
};

function scriptOf(filename, source, parameters) {
  const file = known.get(filename);
  if (file?.source === source) return file.script;
  const head = `(function (${parameters.join(', ')}) {`;
  const script = IMPORTS.test(source)
    ? undefined
    : // Errors name the column of the source.
      new Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
  known.set(filename, { source, script });
  return script;
}
