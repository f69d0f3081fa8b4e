#!/usr/bin/env node
require('./emulator.js').runCommand(process.argv.slice(2), 'signalr-emulator');
