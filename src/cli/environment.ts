export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is set to nothing counts as not set, as most shells' users mean it. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
