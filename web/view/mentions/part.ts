// What loads with the first mention.

export { Completion } from './completion.tsx';
export { Marks } from './marks.tsx';
export { mentionsOf } from './picked.ts';
