// Jumps, older messages, and what messages answer. They load with the first of these, together with style/past.css.

export { Answered } from './answered.tsx';
export { Jumps } from './jumps.tsx';
