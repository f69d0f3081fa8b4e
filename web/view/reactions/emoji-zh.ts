export { EMOJI } from 'emoji-data/zh';
