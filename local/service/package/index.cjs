const { startEmulator } = require('./emulator.js');

// In this form Node finds the name for `import { startEmulator }`, too.
module.exports = { startEmulator };
