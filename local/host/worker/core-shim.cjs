// The file that `require('@azure/functions-core')` loads: exports the core module that core-api.ts puts on globalThis.
module.exports = globalThis[Symbol.for('serverless-chat.azure-functions-core')];
