import { writeFileSync } from 'node:fs';
import { envExample } from './platform/config/index.js';

writeFileSync('.env.example', envExample());
