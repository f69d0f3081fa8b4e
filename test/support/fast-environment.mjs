// Jest's environment for Node, with a global object that V8 knows by itself. Jest's own one asks a proxy for each global that
// a test or the code under test reads, such as `Number`, which makes hot code several times slower.

import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

export default class FastEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    // Jest has no option for it. It asks for one context, in its constructor.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
