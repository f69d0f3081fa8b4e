export { EMOJI } from 'emoji-data/en';
