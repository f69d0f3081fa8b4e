import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from growing its young generation. Connections come in storms and then stay: the garbage of a storm makes it
 * grow to 32 MiB, which it then keeps, more than two thousand connections need themselves. A small one costs no time.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
