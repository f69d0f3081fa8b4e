// What only a room with published lines needs. It loads with the first such line, together with style/published.css.

export { PublishedLine } from './published-line.tsx';
