// The emulator as its command starts it, without the log.

import { startService } from '../../../local/service/server.ts';
import { keepYoungGenerationSmall } from '../../../local/service/young-generation.ts';

keepYoungGenerationSmall();
const service = await startService({ ip: '127.0.0.1' });
console.log(`port ${service.port}`);
