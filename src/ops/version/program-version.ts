import packageJson from '../../../package.json' with { type: 'json' };

/** As package.json has it, which a release sets. */
export const programVersion: string = packageJson.version;
