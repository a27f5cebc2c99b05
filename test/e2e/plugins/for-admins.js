import { definePlugin } from 'promptd:api';

export default definePlugin({ endpoints: { it: async () => ({ status: 200, body: 'it' }) } });
