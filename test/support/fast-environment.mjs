// Jest's environment for Node, without three of its costs.
//
// Its global object is one that V8 knows by itself. Jest's own one asks a proxy for each global that a test or the code
// under test reads, such as `Number`, which makes hot code several times slower.
//
// Its async local storage ends with the file. Jest 30.5.2 makes one for each file (testExecutionContext of jest-circus), and
// disables none. Node 20 copies all enabled ones to each new promise: the last of 229 files took twice the processor time.
//
// CommonJS is compiled once in a worker, not for each file: compile-once.mjs.

import asyncHooks from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import './compile-once.mjs';

export default class FastEnvironment extends TestEnvironment {
  #endStorages;

  constructor(config, context) {
    const { createContext } = vm;
    // Jest has no option for it. It asks for one context, in its constructor.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
    this.#endStorages = collectStorages();
  }

  async teardown() {
    this.#endStorages();
    await super.teardown();
  }
}

/** Returns what disables each storage that is made from now on, and collects no more. */
function collectStorages() {
  const { AsyncLocalStorage } = asyncHooks;
  const storages = [];
  asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
    constructor(...options) {
      super(...options);
      storages.push(this);
    }
  };
  return () => {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
    for (const storage of storages) storage.disable();
  };
}
