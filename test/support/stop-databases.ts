export { stopThrowawayServers as default } from './throwaway-server.js';
