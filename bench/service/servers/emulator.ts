// The emulator as its command starts it, without the log.

import { startEmulator } from '../../../local/service/emulator.ts';
import { keepYoungGenerationSmall } from '../../../local/service/young-generation.ts';

keepYoungGenerationSmall();
const service = await startEmulator({ ip: '127.0.0.1' });
console.log(`port ${service.port}`);
