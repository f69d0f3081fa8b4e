// The bundler takes a stylesheet where a module imports it, and puts it beside the module.
declare module '*.css';
