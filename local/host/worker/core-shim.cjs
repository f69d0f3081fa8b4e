// What `require('@azure/functions-core')` finds: the core module that core-api.ts has put on globalThis.
module.exports = globalThis[Symbol.for('serverless-chat.azure-functions-core')];
