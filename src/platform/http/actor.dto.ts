/** Who did something, as they were called then. */
export class ActorResponse {
  kind: 'user' | 'key' | 'plugin' | 'anonymous' | 'system';
  id: string | null;
  name: string;
}
